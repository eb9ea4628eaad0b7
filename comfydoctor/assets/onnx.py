"""ONNX: the outermost fields of the protobuf, enough to see what is cut off."""

from comfydoctor.assets.safetensors import cut_off
from comfydoctor.assets.tensors import Contents, Damage
from comfydoctor.assets.window import Window
from comfydoctor.model.modelfile import ModelFormat

_GRAPH = 7
_LAST_FIELD = 26
"""The highest field number of ``ModelProto`` in onnx.proto, and some to come."""
_MOST_FIELDS = 1000


def looks_like(head: bytes) -> bool:
    """``ir_version``, a small number, comes first; then the producer or the opset."""
    return len(head) > 2 and head[0] == 0x08 and head[1] < 32 and head[2] in b"\x12:BJ"


def read_onnx(window: Window) -> Contents:
    """Walk the outermost fields; raises Damage where one goes beyond the file."""
    place, seen = 0, set()
    for _ in range(_MOST_FIELDS):
        if place >= window.size:
            break
        head = window.read(place, 20)
        tag, used = _number(head)
        number, wire = tag >> 3, tag & 7
        if not 1 <= number <= _LAST_FIELD:
            raise Damage("The file is damaged: it is not the ONNX that it begins as.")
        seen.add(number)
        place += used + _skip(head[used:], wire)
    if place > window.size:
        raise Damage(cut_off(window.size, place), missing=True)
    if _GRAPH not in seen:
        raise Damage("The file holds no ONNX graph.", missing=True)
    return Contents(ModelFormat.ONNX, {})


def _skip(rest: bytes, wire: int) -> int:
    if wire == 0:
        return _number(rest)[1]
    if wire == 1:
        return 8
    if wire == 5:
        return 4
    if wire != 2:
        raise Damage("The file is damaged: it is not the ONNX that it begins as.")
    length, used = _number(rest)
    return used + length


def _number(raw: bytes) -> tuple[int, int]:
    """A protobuf number and the bytes it takes."""
    value = 0
    for index, byte in enumerate(raw[:10]):
        value |= (byte & 0x7F) << (7 * index)
        if byte < 0x80:
            return value, index + 1
    raise Damage("The file is cut off or damaged.", missing=len(raw) < 10)
