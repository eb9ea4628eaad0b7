"""The causes we know, loaded once, from a compiled copy when there is one."""

import hashlib
import os
import tempfile
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from pydantic import ValidationError

from comfydoctor.content.checklists import load_checklists
from comfydoctor.content.flowcharts import load_charts
from comfydoctor.content.loader import cause_files, load_library
from comfydoctor.content.notices import NoticeTexts, load_notices
from comfydoctor.content.places import resources_root
from comfydoctor.content.schema import Cause, Common, Library
from comfydoctor.model.checklist import Checklist
from comfydoctor.model.flowchart import Flowchart


class Catalogue:
    """Causes and what they share. Nothing is read before it is asked for.

    ``cache`` is a folder for a compiled copy (JSON, checked again when read);
    without one, all the files are parsed each time, which takes ten times longer.
    """

    def __init__(self, root: Path | None = None, *, cache: Path | None = None) -> None:
        self._root = root
        self._cache = cache

    @cached_property
    def root(self) -> Path:
        """The folder that the content is read from."""
        return self._root or resources_root()

    @cached_property
    def library(self) -> Library:
        """Everything, checked."""
        copy = self._cache and self._cache / f"library-{self._stamp()}.json"
        if copy and (known := _read_copy(copy)):
            return known
        library = load_library(self.root)
        if copy:
            _write_copy(copy, library)
        return library

    @cached_property
    def causes(self) -> Mapping[str, Cause]:
        """Causes by their id."""
        return {cause.id: cause for cause in self.library.causes}

    @cached_property
    def charts(self) -> Mapping[str, Flowchart]:
        """Flowcharts by their id."""
        return load_charts(self.root)

    @cached_property
    def checklists(self) -> Mapping[str, Checklist]:
        """Checklists by their id."""
        return load_checklists(self.root)

    @cached_property
    def notices(self) -> Mapping[str, NoticeTexts]:
        """Texts of notices by language code."""
        return load_notices(self.root)

    @property
    def common(self) -> Common:
        """What all causes share."""
        return self.library.common

    def rank(self, cause: Cause) -> int:
        """Place in the order of roots, 1 first."""
        return cause.rank or self.common.families[cause.family].rank

    def _stamp(self) -> str:
        """Changes when any file does: names, sizes and times."""
        digest = hashlib.sha256()
        for path in (self.root / "common.toml", *cause_files(self.root)):
            if path.exists():
                seen = path.stat()
                digest.update(f"{path}|{seen.st_size}|{seen.st_mtime_ns}\n".encode())
        return digest.hexdigest()[:16]


def _read_copy(copy: Path) -> Library | None:
    try:
        return Library.model_validate_json(copy.read_bytes())
    except (OSError, ValidationError):
        return None


def _write_copy(copy: Path, library: Library) -> None:
    """Keep the copy if that is possible; a missing one only costs time."""
    try:
        copy.parent.mkdir(parents=True, exist_ok=True)
        for old in copy.parent.glob("library-*.json"):
            old.unlink(missing_ok=True)
        handle, name = tempfile.mkstemp(dir=copy.parent, suffix=".part")
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(library.model_dump_json(exclude_defaults=True))
        Path(name).replace(copy)
    except OSError:
        return
