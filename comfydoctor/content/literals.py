"""Which plain text a pattern cannot match without; the key to reading fast.

A log is scanned once for the literals of all patterns; a pattern is tried only on
lines that hold one of its own. A pattern without such literals would be tried on
every line, so the content test refuses it.
"""

import importlib
import re
from collections.abc import Iterable, Sequence
from typing import Any

SHORTEST = 6
"""Letters a literal needs at least, so that it is rare in ordinary logs."""

# The parser behind re.compile; it has no public name, and writing a second
# parser of the same language would be the larger risk.
_sre: Any = importlib.import_module("re._parser")

_EMPTY = frozenset({""})
_MOST = 48
"""Texts in one set; more cost more than they find."""
_FEW = 4

_COMMON = (
    "custom_nodes",
    "site-packages",
    "ComfyUI",
    "No module named",
    "cannot import name",
    "Error occurred when executing",
    "RuntimeError",
    "ImportError",
    "ModuleNotFoundError",
    "Exception during processing",
    "does not exist",
    "torch",
    "requirements",
    "python",
)


def required_literals(pattern: str) -> tuple[str, ...]:
    """Texts of which any match holds at least one; empty when there is no such set."""
    tree = _sre.parse(pattern)
    if tree.state.flags & re.IGNORECASE:
        return ()
    best = sorted(_of_sequence(list(tree)))
    return tuple(text for text in best if not _covered(text, best))


def _covered(text: str, others: Sequence[str]) -> bool:
    """Whether a shorter text of the set stands for this one too."""
    return any(other != text and other in text for other in others)


def weakness(pattern: str, *, shortest: int = SHORTEST) -> str:
    """Why a pattern may not be in the catalogue, or empty."""
    literals = required_literals(pattern)
    if not literals:
        return "it can match without any fixed text"
    short = [text for text in literals if _letters(text) < shortest]
    if short:
        return f"{short[0]!r} is too short to look for"
    if re.match(r"\(?(\?:)?(\.|\[\^?[^]]*\]|\\[sSwW])[*+]", pattern):
        return "it begins with an unbounded class"
    return ""


def _of_sequence(items: Sequence[Any]) -> frozenset[str]:
    """The best literal set of items in a row."""
    return max(_candidates(items), key=_worth, default=frozenset())


def _candidates(items: Sequence[Any]) -> Iterable[frozenset[str]]:
    """Sets of texts, each of which has one in any match.

    ``runs`` are the fixed texts that the items so far spell: several when there
    was a choice, as in ``Errno (98|48)``.
    """
    runs: frozenset[str] = _EMPTY
    for item in items:
        ends, whole = _spelled(item)
        if ends and len(runs) * len(ends) <= _MOST:
            runs = frozenset(run + end for run in runs for end in ends)
            if whole:
                continue
        yield _told(runs)
        runs = _EMPTY
        yield _of_item(str(item[0]), item[1])
    yield _told(runs)


def _told(runs: frozenset[str]) -> frozenset[str]:
    """``runs``, unless one is empty: then a match may hold none of them."""
    return frozenset() if "" in runs else runs


def _spelled(item: Any) -> tuple[frozenset[str], bool]:
    """The fixed texts an item begins with, and whether they are all of it."""
    name, value = str(item[0]), item[1]
    if name == "LITERAL":
        return frozenset({chr(value)}), True
    if name in {"AT", "ASSERT", "ASSERT_NOT"}:
        return _EMPTY, True
    if name == "IN" and len(value) <= _FEW and _are_letters(value):
        return frozenset(chr(part[1]) for part in value), True
    if name == "SUBPATTERN":
        return _spelled_row(list(value[3]))
    if name == "BRANCH":
        parts = [_spelled_row(list(branch)) for branch in value[1]]
        texts = frozenset().union(*(part[0] for part in parts))
        return texts, all(part[1] for part in parts)
    return frozenset(), False


def _are_letters(parts: Sequence[Any]) -> bool:
    return all(str(part[0]) == "LITERAL" for part in parts)


def _spelled_row(items: Sequence[Any]) -> tuple[frozenset[str], bool]:
    runs: frozenset[str] = _EMPTY
    for item in items:
        ends, whole = _spelled(item)
        if not ends or len(runs) * len(ends) > _MOST:
            return runs, False
        runs = frozenset(run + end for run in runs for end in ends)
        if not whole:
            return runs, False
    return runs, True


def _of_item(name: str, value: Any) -> frozenset[str]:
    """The literal set of one item by itself."""
    if name == "SUBPATTERN":
        return _of_sequence(list(value[3]))
    if name == "BRANCH":
        branches = [_of_sequence(list(branch)) for branch in value[1]]
        return frozenset().union(*branches) if all(branches) else frozenset()
    if name in {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"} and value[0] >= 1:
        return _of_sequence(list(value[2]))
    if name == "ATOMIC_GROUP":
        return _of_sequence(list(value))
    return frozenset()


def _worth(literals: frozenset[str]) -> float:
    """How rare a set is expected to be: its weakest member decides."""
    if not literals:
        return -100.0
    return min(_rarity(text) for text in literals) - 0.05 * len(literals)


def _rarity(text: str) -> float:
    common = sum(len(word) for word in _COMMON if word in text)
    return min(_letters(text), 24) - 0.8 * common


def _letters(text: str) -> int:
    return sum(character.isalnum() or character in "_/-" for character in text)
