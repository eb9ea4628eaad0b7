"""What a source of readings is."""

from typing import Protocol

from comfydoctor.errors import DoctorError
from comfydoctor.model.metric import Sample


class SourceTrouble(DoctorError):
    """A source cannot read now; the text says why, for a person."""


class Source(Protocol):
    """Something that is read again and again.

    It returns only what it really read: the sampler makes gaps of what is missing.
    """

    name: str
    """For a person: "graphics cards"."""
    every: float
    """Seconds from one reading to the next."""
    timeout: float
    """Seconds after which a reading is given up."""

    async def read(self, time: float) -> tuple[Sample, ...]:
        """Read now; samples carry ``time``. Raises when nothing can be read."""
        ...

    def gap(self) -> None:
        """Forget what rates are computed from: the computer slept."""
        ...

    async def aclose(self) -> None: ...
