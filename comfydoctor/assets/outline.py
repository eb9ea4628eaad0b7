"""A model's tensors in outline: names without numbers, shapes, counts of blocks."""

from collections.abc import Iterable, Mapping

from comfydoctor.assets.tensors import Tensor
from comfydoctor.content.families import Form

_PACKED = {"U8", "I8", "I32"}
"""Types in which the numbers of one row are packed, so that the shape tells nothing."""


class Outline:
    """Names with ``#`` for each number, and the first shape of each.

    ``flat`` names have ``_`` in place of each dot, as the layers of a LoRA.
    """

    def __init__(self, tensors: Mapping[str, Tensor], *, flat: bool = False) -> None:
        self._between = "_" if flat else "."
        self.shapes: dict[str, tuple[int, ...] | None] = {}
        self._blocks: dict[str, int] = {}
        for name, tensor in tensors.items():
            self._add(name, tensor)

    def _add(self, name: str, tensor: Tensor) -> None:
        pieces = name.split(self._between)
        numbers = [n for n, piece in enumerate(pieces) if piece.isdecimal()]
        if numbers:
            self._count(pieces, numbers[0])
            for number in numbers:
                pieces[number] = "#"
        pattern = self._between.join(pieces)
        if pattern not in self.shapes:
            packed = tensor.dtype in _PACKED or not tensor.shape
            self.shapes[pattern] = None if packed else tensor.shape

    def _count(self, pieces: list[str], place: int) -> None:
        """The first number of a name counts the blocks that begin so."""
        begin = self._between.join(pieces[:place]) + (self._between if place else "")
        number = int(pieces[place][:9])
        if number > self._blocks.get(begin, -1):
            self._blocks[begin] = number

    def __contains__(self, pattern: str) -> bool:
        if pattern.endswith("*"):
            return any(name.startswith(pattern[:-1]) for name in self.shapes)
        return pattern in self.shapes

    def blocks(self, begin: str) -> int:
        """How many numbers follow this beginning, counted to the highest."""
        return self._blocks.get(begin, -1) + 1

    def fits(self, form: Form, metadata: Mapping[str, str]) -> bool:
        """Whether everything that a form asks for holds."""
        return (
            all(name in self for name in form.has)
            and (not form.any or any(name in self for name in form.any))
            and not any(name in self for name in form.lacks)
            and all(self._has_shape(*pair) for pair in form.shape.items())
            and all(
                least <= self.blocks(begin) <= most
                for begin, (least, most) in form.count.items()
            )
            and all(_noted(metadata, *pair) for pair in form.metadata.items())
        )

    def _has_shape(self, pattern: str, wanted: tuple[int, ...]) -> bool:
        if pattern not in self.shapes:
            return False
        shape = self.shapes[pattern]
        if shape is None:
            return True
        return len(shape) == len(wanted) and all(
            want in (0, side) for side, want in zip(shape, wanted, strict=True)
        )


def _noted(metadata: Mapping[str, str], key: str, wanted: str) -> bool:
    said = metadata.get(key, "").lower()
    return any(part in said for part in wanted.lower().split("|"))


def best_form(
    outline: Outline, forms: Iterable[tuple[str, Form]], metadata: Mapping[str, str]
) -> tuple[str, Form] | None:
    """The form that fits best, with its family's id; None when none does."""
    fitting = [(who, form) for who, form in forms if outline.fits(form, metadata)]
    if not fitting:
        return None
    return min(fitting, key=lambda pair: (pair[1].rank, -pair[1].exactness, pair[0]))
