"""Writes GGUF files as its specification has them, for tests."""

import struct
from collections.abc import Mapping, Sequence

Value = int | float | bool | str | list[int] | list[str]
F32, F16, Q4_K = 0, 1, 12


def gguf_bytes(
    tensors: Sequence[tuple[str, tuple[int, ...], int]],
    values: Mapping[str, Value] | None = None,
    *,
    version: int = 3,
    big: bool = False,
    data: bool = True,
) -> bytes:
    """A file; the shape of a tensor is in the order of torch, its type ggml's."""
    order = ">" if big else "<"
    wide = "I" if version == 1 else "Q"
    held = dict(values or {})
    out = [
        b"GGUF",
        struct.pack(f"{order}I{wide}{wide}", version, len(tensors), len(held)),
    ]
    out += [_text(k, order, wide) + _value(v, order, wide) for k, v in held.items()]
    place = 0
    for name, shape, kind in tensors:
        out.append(_text(name, order, wide) + struct.pack(f"{order}I", len(shape)))
        out += [struct.pack(f"{order}{wide}", side) for side in reversed(shape)]
        out.append(struct.pack(f"{order}IQ", kind, place))
        place += -(-size_of(shape, kind) // 32) * 32
    head = b"".join(out)
    head += b"\0" * (-len(head) % 32)
    return head + b"\0" * (place if data else 0)


def size_of(shape: tuple[int, ...], kind: int) -> int:
    """Bytes of a tensor of one of the three types used here."""
    count = 1
    for side in shape:
        count *= side
    return {F32: count * 4, F16: count * 2, Q4_K: -(-count // 256) * 144}[kind]


def _text(text: str, order: str, wide: str) -> bytes:
    raw = text.encode()
    return struct.pack(f"{order}{wide}", len(raw)) + raw


def _value(value: Value, order: str, wide: str) -> bytes:
    if isinstance(value, str):
        return struct.pack(f"{order}I", 8) + _text(value, order, wide)
    if isinstance(value, bool):
        return struct.pack(f"{order}I?", 7, value)
    if isinstance(value, float):
        return struct.pack(f"{order}If", 6, value)
    if isinstance(value, int):
        return struct.pack(f"{order}II", 4, value)
    kind = 8 if value and isinstance(value[0], str) else 5
    head = struct.pack(f"{order}II{wide}", 9, kind, len(value))
    if kind == 8:
        return head + b"".join(_text(str(v), order, wide) for v in value)
    return head + struct.pack(f"{order}{len(value)}i", *(int(v) for v in value))
