"""Finds which of many fixed texts occur in a text, in one pass."""

import importlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

Scan = Callable[[bytes], Iterator[tuple[int, int]]]
"""Gives the index of each literal found and where it begins, overlaps included."""


def scanner(literals: Sequence[bytes]) -> Scan:
    """The fastest scanner at hand: an automaton, else the standard library."""
    try:
        automata = importlib.import_module("ahocorasick_rs")
    except ImportError:
        return plain(literals)
    return _automaton(automata, literals)


def _automaton(automata: Any, literals: Sequence[bytes]) -> Scan:
    machine = automata.BytesAhoCorasick(
        list(literals),
        matchkind=automata.MatchKind.Standard,
        implementation=automata.Implementation.DFA,
    )

    def scan(data: bytes) -> Iterator[tuple[int, int]]:
        found = machine.find_matches_as_indexes(data, overlapping=True)
        return ((index, start) for index, start, _ in found)

    return scan


def plain(literals: Sequence[bytes]) -> Scan:
    """The scanner of the standard library, some twenty times slower."""

    def scan(data: bytes) -> Iterator[tuple[int, int]]:
        for index, literal in enumerate(literals):
            at = data.find(literal)
            while at >= 0:
                yield index, at
                at = data.find(literal, at + 1)

    return scan
