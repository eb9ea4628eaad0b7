"""What a header tells: names, types and shapes of tensors, and what is damaged."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from comfydoctor.errors import DoctorError
from comfydoctor.model.modelfile import ModelFormat

MOST_TENSORS = 200_000
MOST_DIMS = 16
LARGEST = 1 << 56
"""Elements of one tensor; more is nonsense and would only make numbers long."""


class Tensor(NamedTuple):
    """One tensor of a file."""

    dtype: str
    """As the format spells it: ``F16``, ``Q4_K``."""
    shape: tuple[int, ...]

    @property
    def elements(self) -> int:
        """Numbers in it."""
        return math.prod(self.shape)


class Damage(DoctorError):
    """The header is not what its format asks for.

    ``missing`` tells that bytes at the end are gone: a download was cut off.
    """

    def __init__(self, message: str, *, missing: bool = False) -> None:
        super().__init__(message)
        self.missing = missing


@dataclass
class Contents:
    """A header read to its end."""

    format: ModelFormat
    tensors: Mapping[str, Tensor]
    metadata: Mapping[str, str] = field(default_factory=dict)
    whole: bool | None = True
    calls: tuple[str, ...] = ()
    """Imports of a pickle beyond the parts of tensors."""
    scanned: bool = True
    """False where a pickle could not be read to its end."""
    problem: str = ""
    missing: bool = False

    def suffer(self, damage: Damage) -> "Contents":
        """Note what is wrong though the list of tensors could be read."""
        self.problem, self.missing = str(damage), damage.missing
        self.whole = False if damage.missing else None
        return self


def shape_of(sides: object) -> tuple[int, ...] | None:
    """A shape that makes sense, or None."""
    if not isinstance(sides, tuple | list) or len(sides) > MOST_DIMS:
        return None
    count = 1
    for side in sides:
        if type(side) is not int or side < 0:
            return None
        count *= side
        if count > LARGEST:
            return None
    return tuple(sides)
