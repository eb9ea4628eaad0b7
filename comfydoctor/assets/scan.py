"""Folders full of models: found fast, checked fast, each looked into once."""

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from enum import Enum
from pathlib import Path
from typing import NamedTuple

from comfydoctor.assets import safetensors
from comfydoctor.assets.cache import ModelCache
from comfydoctor.assets.folder import folder_type
from comfydoctor.assets.header import AGAIN, examine_file
from comfydoctor.model.modelfile import ModelFile, ModelFormat

ENDINGS = (
    *(".safetensors", ".sft", ".ckpt", ".pt", ".pth", ".pt2", ".bin", ".pkl"),
    *(".gguf", ".onnx"),
)
"""ComfyUI 0.33 ``folder_paths.supported_pt_extensions``, and those of node packs."""
UNFINISHED = (".part", ".crdownload", ".download", ".incomplete", ".tmp")
_SKIPPED = {".git", ".cache", "__pycache__", ".ipynb_checkpoints", "node_modules"}
_DEEPEST = 32
_TAIL = 512
_FLAGS = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)


class Found(NamedTuple):
    """A file that a folder lists; its time in nanoseconds."""

    path: str
    size: int
    modified: int
    folder: str = ""
    name: str = ""


def _seek_and_read(handle: int, length: int, start: int) -> bytes:
    os.lseek(handle, start, os.SEEK_SET)
    return os.read(handle, length)


_read_at = getattr(os, "pread", _seek_and_read)  # Windows has no pread


class Quick(Enum):
    """What the first and last bytes of a header tell."""

    WHOLE = "whole"
    CUT_OFF = "cut off"
    UNSURE = "unsure"
    """Its whole header must be read, or it is no safetensors file."""


def find_models(
    roots: Iterable[tuple[str | Path, str]], *, seen: set[tuple[int, int]] | None = None
) -> Iterator[Found]:
    """Model files under folders given with their types; links are followed once.

    Without a type the names of the folders tell. Folders that cannot be read are
    passed over.
    """
    visited = set() if seen is None else seen
    for root, folder in roots:
        yield from _walk(str(root), folder, "", visited, _DEEPEST)


def _walk(
    place: str, folder: str, below: str, visited: set[tuple[int, int]], depth: int
) -> Iterator[Found]:
    inner: list[os.DirEntry[str]] = []
    try:
        if not _first_visit(place, visited):
            return
        entries = os.scandir(place)
    except OSError:
        return
    kind = folder or folder_type(Path(place) / "x")
    with entries:
        for entry in entries:
            if is_model_name(entry.name):
                if (found := _listed(entry, kind, below)) is not None:
                    yield found
            elif entry.name not in _SKIPPED and _is_folder(entry):
                inner.append(entry)
    for entry in inner if depth > 0 else ():
        yield from _walk(
            entry.path, folder, f"{below}{entry.name}/", visited, depth - 1
        )


def _first_visit(place: str, visited: set[tuple[int, int]]) -> bool:
    known = os.stat(place)  # noqa: PTH116 - ten thousand of them: no Path objects
    key = (known.st_dev, known.st_ino)
    if key in visited:
        return False
    visited.add(key)
    return True


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _listed(entry: "os.DirEntry[str]", folder: str, below: str) -> Found | None:
    try:
        if not entry.is_file():
            return None
        known = entry.stat()
    except OSError:
        return None
    return Found(
        entry.path, known.st_size, known.st_mtime_ns, folder, below + entry.name
    )


def is_model_name(name: str) -> bool:
    """Whether the name is one that a model, or a download of one, has."""
    lowered = name.lower()
    if lowered.endswith(ENDINGS):
        return True
    return lowered.endswith(UNFINISHED) and any(end in lowered for end in ENDINGS)


def quick_check(path: str, size: int) -> Quick:
    """Whether a safetensors file is whole, from eight bytes and its header's end.

    The header is never parsed here: its last tensor must end where the file does.
    """
    try:
        handle = os.open(path, _FLAGS)
    except OSError:
        return Quick.UNSURE
    try:
        return _checked(handle, size)
    except OSError:
        return Quick.UNSURE
    finally:
        os.close(handle)


def _checked(handle: int, size: int) -> Quick:
    head = os.read(handle, 9)
    if len(head) < 9 or head[8:] != b"{":
        return Quick.UNSURE
    length = int.from_bytes(head[:8], "little")
    if length > size - 8:
        likely = length <= safetensors.LONGEST_HEADER
        return Quick.CUT_OFF if likely else Quick.UNSURE
    start = 8 + length - _TAIL if length > _TAIL else 8
    end = safetensors.last_end(_read_at(handle, 8 + length - start, start))
    if end is None:
        return Quick.UNSURE
    missing = end + 8 + length - size
    if missing > 0:
        return Quick.CUT_OFF
    return Quick.UNSURE if missing else Quick.WHOLE


def _cut_off(found: Found) -> ModelFile:
    """What is known of it without its header; `Scanner.examine` tells the rest."""
    return replace(
        _listed_only(found, whole=False),
        format=ModelFormat.SAFETENSORS,
        problem="The file is cut off: the download broke off.",
        advice=AGAIN,
    )


def _listed_only(found: Found, *, whole: bool | None) -> ModelFile:
    return ModelFile(
        found.path,
        whole=whole,
        size=found.size,
        modified=found.modified / 1e9,
        folder=found.folder,
        name=found.name,
        examined=False,
    )


class Scanner:
    """Looks into models, into each only once as long as it stays as it is."""

    def __init__(self, cache: ModelCache | None = None) -> None:
        self.cache = cache

    def examine(self, found: Found) -> ModelFile:
        """One file, from the cache when its size and time are the same."""
        return self._known(found) or self._look(found)

    def glance(self, found: Found) -> ModelFile:
        """The same where it is known; else only what two small reads tell."""
        if (known := self._known(found)) is not None:
            return known
        state = quick_check(found.path, found.size)
        if state is Quick.CUT_OFF:
            return _cut_off(found)
        return _listed_only(found, whole=True if state is Quick.WHOLE else None)

    def _known(self, found: Found) -> ModelFile | None:
        if self.cache is None:
            return None
        return self.cache.get(found.path, found.size, found.modified, found.folder)

    def examine_all(
        self,
        found: Iterable[Found],
        on_step: Callable[[int, ModelFile], None] | None = None,
    ) -> list[ModelFile]:
        """All of them; ``on_step`` hears the count so far and the file just done."""
        made = []
        for count, one in enumerate(found, 1):
            model = self.examine(one)
            made.append(model)
            if on_step is not None:
                on_step(count, model)
        if self.cache is not None:
            self.cache.keep()
        return made

    def broken(self, found: Iterable[Found]) -> Iterator[ModelFile]:
        """Only files with a problem; a whole safetensors file costs two small reads."""
        for one in found:
            state = quick_check(one.path, one.size)
            if state is Quick.CUT_OFF:
                yield _cut_off(one)
            elif state is Quick.UNSURE and not (model := self.examine(one)).healthy:
                yield model

    def _look(self, found: Found) -> ModelFile:
        model = examine_file(found.path, found.folder, name=found.name)
        if self.cache is not None:
            self.cache.add(model, found.modified)
        return model
