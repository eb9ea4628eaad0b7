"""TOML files under resources/ -> checked objects."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from pydantic import TypeAdapter

from comfydoctor.content.literals import required_literals
from comfydoctor.content.schema import Cause, Common, Library
from comfydoctor.content.toml import read_checked
from comfydoctor.errors import ContentError

_CAUSE, _COMMON = TypeAdapter(Cause), TypeAdapter(Common)


def load_library(root: Path) -> Library:
    """Read and check everything that the diagnosis needs under ``root``."""
    common = read_checked(root / "common.toml", _COMMON)
    causes = tuple(_causes(root))
    _check_names(causes, common, root)
    texts = sorted(set(_searched(causes, common)))
    literals = {text: required_literals(text) for text in texts}
    return Library(common=common, causes=causes, literals=literals)


def cause_files(root: Path) -> list[Path]:
    """All cause files, in a stable order."""
    return sorted((root / "causes").glob("*/*.toml"))


def load_cause(path: Path) -> Cause:
    """Read one cause; its id must be the file's name and its family the folder's."""
    cause = read_checked(path, _CAUSE)
    if cause.id != path.stem:
        raise ContentError(f"{path}: id '{cause.id}' is not the file's name")
    if cause.family != path.parent.name:
        raise ContentError(f"{path}: family '{cause.family}' is not the folder's name")
    return cause


def _searched(causes: Iterable[Cause], common: Common) -> Iterator[str]:
    for cause in causes:
        for rule in cause.rules:
            if rule.line:
                yield rule.line
            yield from rule.also
            yield from rule.absent
    for item in common.harmless:
        yield item.line


def _causes(root: Path) -> Iterator[Cause]:
    for path in cause_files(root):
        yield load_cause(path)


def _check_names(causes: Iterable[Cause], common: Common, root: Path) -> None:
    ids: set[str] = set()
    for cause in causes:
        if cause.id in ids:
            raise ContentError(f"{root}: two causes are called '{cause.id}'")
        ids.add(cause.id)
        if cause.family not in common.families:
            raise ContentError(f"{root}: {cause.id}: no family '{cause.family}'")
    for cause in causes:
        if missing := set(cause.supersedes) - ids:
            raise ContentError(f"{root}: {cause.id}: supersedes {sorted(missing)}")
