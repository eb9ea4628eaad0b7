"""Which node pack provides which node class, as far as the public lists know."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import NamedTuple

from comfydoctor.content.places import resources_root
from comfydoctor.errors import ContentError

CORE = "comfy-core"
"""The registry's name for ComfyUI's own nodes."""


class Provider(NamedTuple):
    """A pack that provides a node class."""

    repository: str
    """``owner/name`` on GitHub."""
    id: str
    """In the Comfy registry, or empty where it is not known."""

    @property
    def name(self) -> str:
        """How people find it."""
        return self.id or self.repository.partition("/")[2]


class PackIndex:
    """Providers by node class; the most used ones first."""

    def __init__(self, text: str) -> None:
        self._providers: dict[str, list[Provider]] = {}
        for number, line in enumerate(text.splitlines(), 1):
            if line and not line.startswith("#"):
                self._add(line.split("\t"), number)

    def _add(self, cells: list[str], number: int) -> None:
        if len(cells) < 3 or cells[0].count("/") != 1:
            raise ContentError(f"packs/classes.tsv line {number} names no classes.")
        provider = Provider(cells[0], cells[1])
        for name in cells[2:]:
            self._providers.setdefault(name, []).append(provider)

    def providers(self, name: str) -> tuple[Provider, ...]:
        """Packs that have such a class; empty when no list knows it."""
        return tuple(self._providers.get(name, ()))

    def names(self) -> Iterable[str]:
        """All classes that are known."""
        return self._providers.keys()


@cache
def pack_index() -> PackIndex:
    """The index from resources/packs; read once, takes some milliseconds."""
    return PackIndex(_read("classes.tsv"))


@cache
def choice_providers() -> Mapping[str, Provider]:
    """Packs by the choice that they add to lists of ComfyUI's own nodes."""
    rows = [line.split("\t") for line in _read("choices.tsv").splitlines()]
    return {row[0]: Provider(row[1], row[2]) for row in rows if len(row) == 3}


def _read(name: str) -> str:
    path = resources_root() / "packs" / name
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise ContentError(f"{path} cannot be read: {error.strerror}.") from error
