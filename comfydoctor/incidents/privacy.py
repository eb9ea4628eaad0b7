"""Takes secrets and personal things out of all that leaves this computer.

Secrets always go. Names of people and computers become numbered stand-ins, the same
one for the same name, so that a helper can still tell them apart. Names of node
packs, modules and models stay: without them nobody can help.
"""

import getpass
import platform
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from functools import partial
from typing import Any, TypeVar

from comfydoctor.store.redact import MARK, is_secret_name, redact_text

_Any = TypeVar("_Any")
_HOME = re.compile(
    r"(?i)((?:[a-z]:)?[\\/]{1,2}(?:users|home|documents and settings)[\\/]{1,2})"
    r"([^\\/\s:\"'<>|]{1,64})"
)
_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_LAN = re.compile(
    r"(?<![\d.])(?:10\.\d{1,3}|192\.168|172\.(?:1[6-9]|2\d|3[01])|100\.(?:6[4-9]|[7-9]\d"
    r"|1[01]\d|12[0-7])|169\.254)\.\d{1,3}(?:\.\d{1,3})?(?![\d.])"
)
PLURALS = {"address": "private addresses", "mail address": "mail addresses"}
_SHARED = {"public", "default", "all users", "runneradmin", "root"}
"""Folders of no person."""


class Redactor:
    """One for each thing that leaves; remembers its stand-ins.

    ``names`` are further words to hide, such as this computer's name.
    """

    def __init__(self, names: Iterable[tuple[str, str]] | None = None) -> None:
        self._stand_ins: dict[str, str] = {}
        self._counts: Counter[str] = Counter()
        self._told: Counter[str] = Counter()
        known = own_names() if names is None else names
        self._words = [
            (kind, re.compile(rf"(?i)(?<![\w-]){re.escape(name)}(?![\w-])"))
            for kind, name in known
            if len(name) >= 3
        ]

    @property
    def removed(self) -> tuple[str, ...]:
        """What was taken out, in words."""
        return tuple(f"{kind}: {count}" for kind, count in sorted(self._told.items()))

    def text(self, text: str) -> str:
        """A text that may leave."""
        clean = redact_text(text)
        if gone := clean.count(MARK) - text.count(MARK):
            self._told["secrets"] += gone
        clean = _HOME.sub(self._home, clean)
        clean = _MAIL.sub(partial(self._named, "mail address"), clean)
        clean = _LAN.sub(partial(self._named, "address"), clean)
        for kind, word in self._words:
            clean = word.sub(partial(self._named, kind), clean)
        return clean

    def value(self, value: _Any) -> _Any:
        """The same for texts inside dataclasses, lists and objects of JSON."""
        return self._value(value)  # type: ignore[no-any-return]

    def _value(self, value: Any) -> Any:
        if isinstance(value, Enum):
            return value
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {
                self.text(str(name)): self._field(str(name), inner)
                for name, inner in value.items()
            }
        if isinstance(value, list | tuple):
            return type(value)(map(self._value, value))
        if is_dataclass(value) and not isinstance(value, type):
            inner = {f.name: self._value(getattr(value, f.name)) for f in fields(value)}
            return replace(value, **inner)
        return value

    def _field(self, name: str, value: Any) -> Any:
        if isinstance(value, str) and value and is_secret_name(name):
            self._told["secrets"] += 1
            return MARK
        return self._value(value)

    def _named(self, kind: str, match: re.Match[str]) -> str:
        return self._stand_in(kind, match[0])

    def _home(self, match: re.Match[str]) -> str:
        if match[2].lower() in _SHARED or match[2].startswith("<"):
            return match[0]
        return match[1] + self._stand_in("user", match[2])

    def _stand_in(self, kind: str, name: str) -> str:
        self._told[PLURALS.get(kind, f"{kind}s")] += 1
        known = self._stand_ins.get(f"{kind}|{name.lower()}")
        if known is None:
            self._counts[kind] += 1
            known = f"<{kind.replace(' ', '-')}{self._counts[kind]}>"
            self._stand_ins[f"{kind}|{name.lower()}"] = known
        return known


def own_names(
    user: Callable[[], str] = getpass.getuser, host: Callable[[], str] = platform.node
) -> list[tuple[str, str]]:
    """The names of this person and this computer, as far as they are known."""
    names: list[tuple[str, str]] = []
    for kind, ask in (("user", user), ("computer", host)):
        try:
            name = ask()
        except (OSError, KeyError, ImportError):
            continue
        if name and name.lower() not in _SHARED | {"localhost", "user", "admin"}:
            names.append((kind, name))
    return names
