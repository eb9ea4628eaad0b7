"""Node definitions of a server, indexed without decoding them.

A big installation's ``GET /object_info`` is 30 MB of JSON and 150 MB as objects.
Here it stays text: one pass notes in which stretch of it each node class lies, and a
class is decoded when it is asked for. The pass goes in steps of about 0.1 ms, so
that in a thread of its own it holds nobody up.
"""

import contextlib
import re
from collections.abc import Iterator, KeysView, Mapping
from functools import lru_cache
from typing import NamedTuple

import msgspec

from comfydoctor.comfy.limits import MIB, Limits
from comfydoctor.comfy.parse_json import count_tokens, load
from comfydoctor.errors import Garbled, TooMuch

STEP = 64 * 1024
"""Bytes after which a stretch may end."""
TRIES = 6
"""Possible ends to look at before the step is doubled."""
MOST = 200_000
"""Classes; the largest installations have some 20,000."""
KEPT = 512
"""Decoded classes that are kept."""

_FRAME = re.compile(rb"\s*\{(.*)\}\s*", re.DOTALL)
_NAME = rb'\}\s*(,)\s*"[^"\\]{0,300}"\s*:\s*\{\s*"'
_ENDS = (re.compile(_NAME + rb'input"'), re.compile(_NAME))
"""Where one class ends and the next begins: as ComfyUI writes them, and with sorted
keys. Places inside a class may look the same, so that a stretch must prove whole."""
_ODD = re.compile(rb"NaN|Infinity|\\u[dD][89a-fA-F]")
"""What Python's JSON takes, and writes, but no other."""
_MEMBERS = msgspec.json.Decoder(dict[str, msgspec.Raw])


class Stretch(NamedTuple):
    """A piece of the text that holds whole members."""

    start: int
    end: int
    odd: bool
    """Only Python's own decoder takes it."""


class Definitions:
    """All node classes of one server by name; several threads may use it.

    Made by `from_bytes`.
    """

    def __init__(self, index: "Index") -> None:
        self._index = index
        self._decoded = lru_cache(KEPT)(index.decode)

    @classmethod
    def from_bytes(
        cls,
        object_info: bytes,
        limits: Limits = Limits(),  # noqa: B008 - frozen
    ) -> "Definitions":
        """Index the body of ``GET /object_info``; takes about 1 ms a MB.

        Raises `Garbled` when it is no JSON object, `TooMuch` when it is too deep or
        has too many members. A class that is broken in itself shows in `get`.
        """
        return cls(Index(object_info, limits))

    def __len__(self) -> int:
        return len(self._index.where)

    def __contains__(self, name: object) -> bool:
        return name in self._index.where

    def names(self) -> KeysView[str]:
        """Of all classes, in the server's order; works as a set."""
        return self._index.where.keys()

    def get(self, name: str) -> dict[str, object] | None:
        """What the server says of one class; None when it has no such class.

        Others may get the same object, so do not change it. NaN and Infinity are
        NaN. Raises `Garbled` or `TooMuch` when the definition itself is broken.
        """
        return self._decoded(name) if name in self._index.where else None

    def items(self) -> Iterator[tuple[str, dict[str, object]]]:
        """All classes, each decoded at its turn and not kept.

        Broken ones are left out. Takes as long as decoding everything at once.
        """
        return self._index.items()


class Index:
    """The text, and where in it each class lies."""

    def __init__(self, text: bytes, limits: Limits) -> None:
        self.where: dict[str, Stretch] = {}
        self._text = text
        self._limits = limits
        self._slow = 2 * len(text)
        """Bytes that Python's slow decoder may still be given."""
        frame = _FRAME.fullmatch(text)
        if frame is None:
            raise Garbled(
                "The list of node classes is not a JSON object.",
                advice="Something else may be answering at this address.",
            )
        place, stop = frame.span(1)
        while place < stop:
            place = self._take(place, stop)

    def decode(self, name: str) -> dict[str, object] | None:
        """See `Definitions.get`."""
        stretch = self.where[name]
        return self._definition(self._members(stretch)[name])

    def items(self) -> Iterator[tuple[str, dict[str, object]]]:
        """See `Definitions.items`."""
        # Several names share a stretch; the order is the text's but for doubles.
        for stretch in dict.fromkeys(self.where.values()):
            for name, value in self._members(stretch).items():
                with contextlib.suppress(Garbled, TooMuch):
                    found = self._definition(value)
                    if found is not None and self.where[name] is stretch:
                        yield name, found

    def _take(self, start: int, stop: int) -> int:
        """Note the classes of one stretch; returns where the next one begins."""
        for end in self._ends(start, stop):
            for odd in (False, True):
                stretch = Stretch(start, end, odd)
                members = self._whole(stretch)
                if members is not None:
                    self.where.update(dict.fromkeys(members, stretch))
                    self._refuse_too_many()
                    return end + 1
        raise Garbled(
            f"The list of node classes is broken between byte {start} and {stop}.",
            advice="The answer may have been cut off; try again.",
        )

    def _ends(self, start: int, stop: int) -> Iterator[int]:
        """Likely ends of a stretch, the near ones first, and at last ``stop``."""
        text, step = self._text, STEP
        while start + step < stop:
            until = min(stop, start + 2 * step)
            for pattern in _ENDS:
                place = start + step
                for _ in range(TRIES):
                    found = pattern.search(text, place, until)
                    if found is None:
                        break
                    place = found.end(1)
                    yield found.start(1)
            step *= 2
        yield stop

    def _whole(self, stretch: Stretch) -> Mapping[str, object] | None:
        """The members of a stretch; None when it does not hold whole ones."""
        text = self._text
        if stretch.odd:
            if not _ODD.search(text, stretch.start, stretch.end):
                return None
            self._slow -= stretch.end - stretch.start
            if self._slow < 0:
                return None
        try:
            return self._members(stretch)
        except (Garbled, msgspec.DecodeError):
            return None

    def _members(self, stretch: Stretch) -> Mapping[str, object]:
        piece = b"{%b}" % self._text[stretch.start : stretch.end]
        if stretch.odd:
            return _load_odd(piece, self._limits)
        if len(piece) > MIB:
            count_tokens(piece, self._limits)
        try:
            return _MEMBERS.decode(piece)
        except RecursionError:
            raise TooMuch("The list of node classes is nested too deeply.") from None

    def _definition(self, value: object) -> dict[str, object] | None:
        if isinstance(value, msgspec.Raw):
            value = load(bytes(value), self._limits)
        return value if isinstance(value, dict) and value else None

    def _refuse_too_many(self) -> None:
        if len(self.where) > MOST:
            raise TooMuch(f"The server names more than {MOST} node classes.")


def _load_odd(piece: bytes, limits: Limits) -> dict[str, object]:
    found = load(piece, limits, tolerant=True, keep_surrogates=False)
    return found if isinstance(found, dict) else {}
