"""GGUF: metadata and tensor list of versions 1 to 3, either byte order."""

import struct
from dataclasses import dataclass

from comfydoctor.assets.ggml import ALIGNMENT, FILE_TYPES, blocks_of, bytes_of
from comfydoctor.assets.safetensors import METADATA_TEXT, cut_off
from comfydoctor.assets.tensors import MOST_TENSORS, Contents, Damage, Tensor, shape_of
from comfydoctor.assets.window import Window
from comfydoctor.model.modelfile import ModelFormat

MAGIC = b"GGUF"
_STEP = 1 << 20
LONGEST_HEADER = 128 * 2**20
"""The vocabulary of a large text encoder takes some 10 MB."""
MOST_VALUES = 65_536
MOST_ITEMS = 4_000_000
_SCALARS = dict(enumerate("BbHhIif?"))
_STRING, _ARRAY = 8, 9
_LATER = {10: "Q", 11: "q", 12: "d"}
_NUMBERS = {**_SCALARS, **_LATER}


class Cursor:
    """Reads a header piece by piece; raises Damage beyond the file or the cap."""

    def __init__(self, window: Window) -> None:
        self.window = window
        self.place = 0
        self.order = "<"
        self.wide = "Q"
        self._start = 0
        self._held = b""

    def take(self, length: int) -> bytes:
        """The next bytes."""
        end = self.place + length
        if end > min(self.window.size, LONGEST_HEADER):
            if self.window.size < LONGEST_HEADER:
                raise Damage("Even the header is cut off.", missing=True)
            raise Damage("The header is larger than any model's.")
        if end > self._start + len(self._held):
            self._start = self.place
            self._held = self.window.read(self.place, max(length, _STEP))
        begin = self.place - self._start
        self.place = end
        return self._held[begin : begin + length]

    def number(self, code: str) -> int:
        """One number of a struct code."""
        form = self.order + code
        return int(struct.unpack(form, self.take(struct.calcsize(form)))[0])

    def count(self, most: int) -> int:
        """A length, which version 1 wrote in four bytes."""
        value = self.number(self.wide)
        if value > most:
            raise Damage("The header is damaged: a length makes no sense.")
        return value

    def text(self) -> str:
        """One string."""
        raw = self.take(self.count(LONGEST_HEADER))
        return raw[:METADATA_TEXT].decode("utf-8", "replace")


@dataclass(frozen=True)
class Listed:
    """One entry of the tensor list."""

    name: str
    kind: int
    shape: tuple[int, ...]
    offset: int


def read_gguf(window: Window) -> Contents:
    """Metadata and tensors; raises Damage."""
    cursor = Cursor(window)
    if cursor.take(4) != MAGIC:
        raise Damage("This is not a GGUF file.")
    _read_version(cursor)
    count = cursor.count(MOST_TENSORS)
    metadata = _read_values(cursor, cursor.count(MOST_VALUES))
    listed = [_read_tensor(cursor) for _ in range(count)]
    tensors = {item.name: Tensor(_type_name(item.kind), item.shape) for item in listed}
    if len(tensors) != len(listed):
        raise Damage("The header names a tensor twice: it is damaged.")
    contents = Contents(ModelFormat.GGUF, _original_shapes(tensors, metadata), metadata)
    try:
        _check_length(listed, metadata, cursor.place, window.size)
    except Damage as damage:
        contents.suffer(damage)
    return contents


def _original_shapes(
    tensors: dict[str, Tensor], metadata: dict[str, str]
) -> dict[str, Tensor]:
    """Shapes that ComfyUI-GGUF folded up because ggml takes four sides at most."""
    for name, tensor in tensors.items():
        said = metadata.get(f"comfy.gguf.orig_shape.{name}"[:200], "")
        shape = shape_of([int(n) for n in said.split(",") if n.isdecimal()])
        if shape:
            tensors[name] = Tensor(tensor.dtype, shape)
    return tensors


def _read_version(cursor: Cursor) -> None:
    version = cursor.number("I")
    if version & 0xFFFF == 0:  # big endian, as version 3 allows
        cursor.order = ">"
        version = int.from_bytes(version.to_bytes(4, "little"), "big")
    if not 1 <= version <= 3:
        raise Damage(f"This is GGUF version {version}, which is not known.")
    cursor.wide = "I" if version == 1 else "Q"


def _read_values(cursor: Cursor, count: int) -> dict[str, str]:
    kept: dict[str, str] = {}
    for _ in range(count):
        name = cursor.text()
        value = _read_value(cursor, cursor.number("I"))
        if value and len(kept) < 2000:
            kept[name[:200]] = value
    return kept


def _read_value(cursor: Cursor, kind: int) -> str:
    """A value as text; arrays are walked over, short ones of numbers kept."""
    if kind == _STRING:
        return cursor.text()
    if kind != _ARRAY:
        return _scalar(cursor, kind)
    item, count = cursor.number("I"), cursor.count(MOST_ITEMS)
    if item == _STRING:
        for _ in range(count):
            cursor.take(cursor.count(LONGEST_HEADER))
        return ""
    code = _NUMBERS.get(item)
    if code is None:
        raise Damage("The header is damaged: a value has no known type.")
    form = f"{cursor.order}{count}{code}"
    raw = cursor.take(struct.calcsize(form))
    return ",".join(str(part) for part in struct.unpack(form, raw)) if count < 9 else ""


def _scalar(cursor: Cursor, kind: int) -> str:
    code = _NUMBERS.get(kind)
    if code is None:
        raise Damage("The header is damaged: a value has no known type.")
    form = cursor.order + code
    return str(struct.unpack(form, cursor.take(struct.calcsize(form)))[0])


def _read_tensor(cursor: Cursor) -> Listed:
    name = cursor.text()
    dims = cursor.number("I")
    if dims > 8:
        raise Damage(f"The header is damaged at {name[:100]}.")
    # Written fastest side first; models write it last.
    sides = [cursor.number(cursor.wide) for _ in range(dims)]
    shape = shape_of(sides[::-1])
    if shape is None:
        raise Damage(f"The header is damaged at {name[:100]}.")
    return Listed(name, cursor.number("I"), shape, cursor.number("Q"))


def _type_name(kind: int) -> str:
    block = blocks_of(kind)
    return block.name if block else f"type {kind}"


def _check_length(
    listed: list[Listed], metadata: dict[str, str], place: int, size: int
) -> None:
    said = metadata.get("general.alignment", "")
    step = int(said) if said.isdecimal() and 0 < int(said) <= 1 << 20 else ALIGNMENT
    data = -(-place // step) * step
    needed = data
    for item in listed:
        length = bytes_of(item.kind, item.shape)
        if item.offset % step:
            raise Damage(f"The header is damaged at {item.name[:100]}.")
        needed = max(needed, data + item.offset + (length or 0))
    if listed and needed > size:
        raise Damage(cut_off(size, needed), missing=True)


def file_type(metadata: dict[str, str]) -> str:
    """What llama.cpp calls the mix of types, ``Q4_K_M``; empty when not told."""
    said = metadata.get("general.file_type", "")
    return FILE_TYPES.get(int(said), "") if said.isdecimal() else ""
