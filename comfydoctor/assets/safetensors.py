"""Safetensors: a strict look at the header, and a quick one for whole folders."""

import json
import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from comfydoctor.assets.tensors import (
    LARGEST,
    MOST_DIMS,
    MOST_TENSORS,
    Contents,
    Damage,
    Tensor,
)
from comfydoctor.assets.window import Window
from comfydoctor.model.modelfile import ModelFormat

LENGTH_BYTES = 8
LONGEST_HEADER = 100 * 2**20
"""As the safetensors library and ComfyUI 0.33 ``utils.safetensors_header`` cap it."""
METADATA = "__metadata__"
METADATA_TEXT = 64_000
BITS = {
    "F64": 64,
    "I64": 64,
    "U64": 64,
    "F32": 32,
    "I32": 32,
    "U32": 32,
    "F16": 16,
    "BF16": 16,
    "I16": 16,
    "U16": 16,
    "BOOL": 8,
    "I8": 8,
    "U8": 8,
    "F8_E4M3": 8,
    "F8_E5M2": 8,
    "F8_E8M0": 8,
    "F8_E4M3FNUZ": 8,
    "F8_E5M2FNUZ": 8,
    "F6_E2M3": 6,
    "F6_E3M2": 6,
    "F4": 4,
    "C64": 64,
}
_OFFSETS = re.compile(rb'"data_offsets"\s*:\s*\[\s*(\d{1,18})\s*,\s*(\d{1,18})\s*\]')


class Entry(msgspec.Struct, gc=False):
    """One tensor of the header; metadata reads as one with nothing in it."""

    dtype: str = ""
    shape: tuple[int, ...] = ()
    data_offsets: tuple[int, ...] = ()


_HEADER = msgspec.json.Decoder(dict[str, Entry])


class _Metadata(msgspec.Struct):
    metadata: msgspec.Raw = msgspec.field(default=msgspec.Raw(b"{}"), name=METADATA)


_META = msgspec.json.Decoder(_Metadata)


def header_length(head: bytes) -> int:
    """Bytes of the header, from the first eight of the file."""
    return int.from_bytes(head[:LENGTH_BYTES], "little")


def looks_like(head: bytes, size: int) -> bool:
    """Whether the first bytes are those of a safetensors file, cut off or not."""
    length = header_length(head)
    return (
        len(head) > LENGTH_BYTES
        and head[LENGTH_BYTES : LENGTH_BYTES + 1] == b"{"
        and 2 <= length <= max(LONGEST_HEADER, size)
    )


def read_safetensors(window: Window) -> Contents:
    """Names, types, shapes; raises Damage when they cannot all be right."""
    length = header_length(window.read(0, LENGTH_BYTES))
    if length > LONGEST_HEADER:
        raise Damage("The header is larger than 100 MB: no safetensors file has that.")
    raw = window.read(LENGTH_BYTES, length)
    if len(raw) < length:
        raise Damage(
            f"Even the header is cut off: {len(raw)} of {length} bytes are there.",
            missing=True,
        )
    entries, metadata = parse_header(raw)
    tensors, spans = checked_entries(entries)
    contents = Contents(ModelFormat.SAFETENSORS, tensors, metadata)
    try:
        check_spans(spans, window.size - LENGTH_BYTES - length)
    except Damage as damage:
        contents.suffer(damage)
    return contents


def parse_header(raw: bytes) -> tuple[dict[str, Entry], dict[str, str]]:
    """The JSON of the header, with no key twice."""
    if not raw.startswith(b"{"):
        raise Damage("The header is not JSON.")
    try:
        entries = _HEADER.decode(raw)
        metadata = msgspec.json.decode(_META.decode(raw).metadata)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Damage("The header is damaged: it is not the JSON it should be.") from (
            error
        )
    entries.pop(METADATA, None)
    if raw.count(b'"data_offsets"') != len(entries):
        _refuse_doubles(raw)
    return entries, plain_metadata(metadata)


def plain_metadata(value: object) -> dict[str, str]:
    """Texts only, each cut at 64,000 characters."""
    if not isinstance(value, dict):
        return {}
    return {
        str(key)[:200]: text[:METADATA_TEXT]
        for key, text in list(value.items())[:2000]
        if isinstance(text, str)
    }


def checked_entries(
    entries: Mapping[str, Entry],
) -> tuple[dict[str, Tensor], list[tuple[int, ...]]]:
    """Tensors and the bytes each takes; raises Damage where these disagree."""
    if len(entries) > MOST_TENSORS:
        raise Damage("The header lists more tensors than any model has.")
    tensors: dict[str, Tensor] = {}
    spans: list[tuple[int, ...]] = []
    for name, entry in entries.items():
        shape, span = entry.shape, entry.data_offsets
        if len(shape) > MOST_DIMS or min(shape, default=0) < 0 or len(span) != 2:
            raise Damage(f"The header is damaged at {name[:100]}.")
        bits, length = BITS.get(entry.dtype), span[1] - span[0]
        wrong = bits is not None and math.prod(shape) * bits != length * 8
        if wrong or not 0 <= span[0] <= span[1] < LARGEST:
            raise Damage(f"The header is damaged at {name[:100]}: its size is wrong.")
        tensors[name] = Tensor(entry.dtype[:20], shape)
        spans.append(span)
    if any(math.prod(t.shape) > LARGEST for t in tensors.values() if _is_odd(t)):
        raise Damage("The header is damaged: a tensor is larger than any file.")
    return tensors, spans


def _is_odd(tensor: Tensor) -> bool:
    """Of a type whose size is not known, so that its length could not be checked."""
    return tensor.dtype not in BITS


def check_spans(spans: Iterable[tuple[int, ...]], room: int) -> None:
    """Every byte of ``room`` belongs to one tensor; raises Damage when not."""
    place = 0
    fault = ""
    for start, end in sorted(spans):
        if start != place and not fault:
            fault = "overlap" if start < place else "leave gaps"
        place = max(place, end)
    if place > room:
        raise Damage(cut_off(room, place), missing=True)
    if fault:
        raise Damage(f"The tensors {fault}: the file is damaged.")
    if place < room:
        more = room - place
        raise Damage(f"There are {more} bytes after the last tensor: it is damaged.")


def cut_off(there: int, wanted: int) -> str:
    """What a download that broke off left, in words."""
    return (
        f"The file is cut off: {megabytes(there)} of {megabytes(wanted)} are there. "
        "The download broke off."
    )


def megabytes(count: int) -> str:
    """A size in words."""
    for unit, one in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= one:
            return f"{count / one:.1f} {unit}"
    return f"{count} bytes"


def last_end(tail: bytes) -> int | None:
    """Where the last tensor ends that the end of a header lists; None if unclear.

    With the library's and all known writers' order that is the end of all tensors.
    """
    place = tail.rfind(b'"data_offsets"')
    found = _OFFSETS.match(tail, place) if place >= 0 else None
    return int(found[2]) if found else None


def _refuse_doubles(raw: bytes) -> None:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) != len(pairs):
            raise Damage("The header names a tensor twice: it is damaged.")
        return made

    try:
        json.loads(raw, object_pairs_hook=once)
    except (ValueError, RecursionError) as error:
        raise Damage("The header is damaged.") from error
