"""The node classes of a server, each made ready when it is asked for."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Protocol

from comfydoctor.errors import Garbled, TooMuch
from comfydoctor.workflow.filenames import base, is_model
from comfydoctor.workflow.nodeclass import NodeClass, read_class


class DefinitionSource(Protocol):
    """What `comfy.definitions.Definitions` offers, and any other list of classes."""

    def get(self, name: str, /) -> dict[str, object] | None:
        """What the server says of one class; None when it has none such."""
        ...

    def names(self) -> Iterable[str]:
        """Of all classes."""
        ...


class Told:
    """Definitions that are at hand as objects."""

    def __init__(self, told: dict[str, dict[str, object]]) -> None:
        self._told = told

    def get(self, name: str, /) -> dict[str, object] | None:
        return self._told.get(name)

    def names(self) -> Iterable[str]:
        return self._told.keys()


class Classes:
    """Node classes by name; one object for each check or each server."""

    def __init__(self, source: DefinitionSource) -> None:
        self._source = source
        self._ready: dict[str, NodeClass | None] = {}
        self.broken: set[str] = set()
        """Classes that are there, but whose definition cannot be read."""

    def get(self, name: str) -> NodeClass | None:
        """The class; None when the server has none of that name."""
        if name not in self._ready:
            self._ready[name] = self._read(name)
        return self._ready[name]

    def names(self) -> Iterable[str]:
        """Of all classes."""
        return self._source.names()

    def _read(self, name: str) -> NodeClass | None:
        try:
            told = self._source.get(name)
        except (Garbled, TooMuch):
            self.broken.add(name)
            return None
        return read_class(name, told) if told else None

    @cached_property
    def models(self) -> Mapping[str, tuple[str, str]]:
        """Model files by bare name: what the server calls them, and who offers them."""
        found: dict[str, tuple[str, str]] = {}
        for name in self.names():
            known = self.get(name) if "oader" in name else None
            for each in known.fields if known else ():
                for option in filter(is_model, each.options or ()):
                    found.setdefault(base(str(option)), (str(option), name))
        return found
