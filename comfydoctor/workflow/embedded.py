"""Graphs in the metadata of what ComfyUI made: pictures, films, sounds."""

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from comfydoctor.errors import NotAWorkflow
from comfydoctor.model.workflow import Embedded
from comfydoctor.workflow.jsontext import read_json
from comfydoctor.workflow.media import exif, matroska, mp4, other, png, sound
from comfydoctor.workflow.media.source import BrokenMedia, Piece, Source
from comfydoctor.workflow.parse import is_api, is_ui

_PREFIXES = (b"prompt:", b"workflow:")
_INSIDE = ("prompt", "workflow")


def graphs_in(file: str | Path | bytes) -> tuple[Embedded, ...]:
    """All graphs in the metadata, the first one the most exact.

    Only heads and texts are read; a file cut short gives what it still has. Raises
    NotAWorkflow when the file cannot be read or is of no kind that carries one.
    """
    if isinstance(file, bytes):
        return _graphs(io.BytesIO(file))
    try:
        with Path(file).open("rb") as opened:
            return _graphs(opened)
    except OSError as error:
        raise NotAWorkflow(f"The file cannot be read: {error.strerror}.") from error


def is_media(head: bytes) -> bool:
    """Whether a file that begins so can carry a graph in its metadata."""
    return _reader(head) is not None


def _graphs(file: BinaryIO) -> tuple[Embedded, ...]:
    source = Source(file)
    reader = _reader(source.head())
    if reader is None:
        raise NotAWorkflow(
            "This is neither a workflow nor a file that carries one.",
            advice="JSON, PNG, WebP, JPEG, MP4, WebM, FLAC, MP3 or Ogg can be read.",
        )
    found: dict[tuple[str, str], Embedded] = {}
    try:
        for piece in reader(source):
            for graph in _in_piece(piece):
                found.setdefault((graph.form, graph.text), graph)
    except BrokenMedia:
        pass  # cut short or damaged: what came before is whole
    return tuple(sorted(found.values(), key=lambda graph: graph.form != "api"))


def _reader(head: bytes) -> Callable[[Source], Iterator[Piece]] | None:
    for place, mark, reader in _KINDS:
        if head.startswith(mark, place):
            return reader
    if head[:1] == b"<" and b"svg" in head:
        return other.from_svg
    length = int.from_bytes(head[:8], "little")
    is_safetensors = head[8:9] == b"{" and 2 <= length <= 100 << 20
    return other.from_safetensors if is_safetensors else None


_KINDS: tuple[tuple[int, bytes, Callable[[Source], Iterator[Piece]]], ...] = (
    (0, png.MAGIC, png.pieces),
    (8, b"WEBP", exif.from_webp),
    (0, exif.JPEG, exif.from_jpeg),
    (4, b"ftyp", mp4.pieces),
    (4, b"moov", mp4.pieces),
    (0, matroska.MAGIC, matroska.pieces),
    (0, b"fLaC", sound.from_flac),
    (0, b"OggS", sound.from_ogg),
    (0, b"ID3", sound.from_mp3),
    (0, b"glTF", other.from_glb),
)


def _in_piece(piece: Piece) -> Iterator[Embedded]:
    text = piece.data.strip()
    for prefix in _PREFIXES:
        if text[: len(prefix)].lower() == prefix:
            text = text[len(prefix) :].lstrip()
    if text[:1] not in {b"{", b'"'}:
        return
    try:
        yield from _in_value(
            read_json(text), text, f"{piece.where} {piece.key}".strip()
        )
    except NotAWorkflow:
        return


def _in_value(value: object, text: bytes, where: str) -> Iterator[Embedded]:
    if isinstance(value, str) and value.lstrip()[:1] == "{":
        text = value.encode("utf-8", "replace")
        value = read_json(text)
    if not isinstance(value, dict):
        return
    if is_ui(value) or is_api(value):
        form = "ui" if is_ui(value) else "api"
        yield Embedded(form, text.decode("utf-8", "replace"), where)
        return
    for name in _INSIDE:
        if name in value:
            yield from _wrapped(value[name], f"{where} {name}")


def _wrapped(value: object, where: str) -> Iterator[Embedded]:
    """A graph beside another in one text, as the pack VideoHelperSuite writes."""
    if isinstance(value, str):
        value = read_json(value)
    if isinstance(value, dict) and (is_ui(value) or is_api(value)):
        form = "ui" if is_ui(value) else "api"
        yield Embedded(form, _dump(value), where)


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
