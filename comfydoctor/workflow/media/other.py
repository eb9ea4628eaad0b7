"""Texts in what else ComfyUI writes: latents and models, GLB, SVG."""

import re
from collections.abc import Iterator

import msgspec

from comfydoctor.workflow.media.source import MOST_TEXT, Piece, Source

_METADATA = re.compile(
    rb"<metadata>\s*<!\[CDATA\[(.{2,}?)\]\]>\s*</metadata>", re.DOTALL
)


class _Header(msgspec.Struct):
    metadata: dict[str, str] = msgspec.field(name="__metadata__", default_factory=dict)


class _Asset(msgspec.Struct):
    extras: dict[str, msgspec.Raw] = {}


class _Scene(msgspec.Struct):
    asset: _Asset


def from_safetensors(source: Source) -> Iterator[Piece]:
    """``__metadata__`` of the header, where saved models and latents keep it."""
    size = int.from_bytes(source.read(0, 8), "little")
    try:
        found = msgspec.json.decode(source.read(8, size), type=_Header)
    except (msgspec.MsgspecError, RecursionError):
        return
    for key, text in found.metadata.items():
        yield Piece(key, text.encode(), "safetensors metadata")


def from_glb(source: Source) -> Iterator[Piece]:
    """``asset.extras`` of a 3D scene."""
    size = int.from_bytes(source.read(12, 4), "little")
    try:
        found = msgspec.json.decode(source.read(20, size), type=_Scene)
    except (msgspec.MsgspecError, RecursionError):
        return
    for key, text in found.asset.extras.items():
        yield Piece(key, bytes(text), "GLB extras")


def from_svg(source: Source) -> Iterator[Piece]:
    """``<metadata>`` of a drawing."""
    data = source.read(0, min(source.size, MOST_TEXT))
    for found in _METADATA.finditer(data):
        yield Piece("metadata", found[1], "SVG metadata")
