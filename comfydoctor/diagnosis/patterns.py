"""All patterns of the catalogue, each tried only on lines that may match it."""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import accumulate

from comfydoctor.diagnosis.events import Line
from comfydoctor.diagnosis.literals import Scan, scanner


class Pattern:
    """One regular expression, compiled when its first literal turns up."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """The compiled expression."""
        return re.compile(self.text)


class PatternSet:
    """Many patterns behind one scan for their literals."""

    def __init__(self, literals: Mapping[str, Sequence[str]]) -> None:
        self.patterns = {text: Pattern(text) for text in literals}
        owners: dict[str, list[str]] = defaultdict(list)
        for text, fixed in literals.items():
            for literal in fixed:
                owners[literal].append(text)
        self.literals = tuple(literal.encode() for literal in owners)
        self._owners = tuple(owners.values())

    @cached_property
    def scan(self) -> Scan:
        """The one scan for all the literals."""
        return scanner(self.literals)

    def candidates(self, lines: Sequence[Line]) -> dict[str, list[int]]:
        """For each pattern the indexes of the lines that hold one of its literals."""
        texts = [line.text.encode() for line in lines]
        ends = list(accumulate(len(text) + 1 for text in texts))
        found: dict[str, set[int]] = defaultdict(set)
        for literal, start in self.scan(b"\n".join(texts)):
            index = bisect_right(ends, start)
            for text in self._owners[literal]:
                found[text].add(index)
        return {text: sorted(indexes) for text, indexes in found.items()}


class Hits:
    """Which lines of a text match which pattern; looked up when asked."""

    def __init__(self, patterns: PatternSet, lines: Sequence[Line]) -> None:
        self._patterns = patterns.patterns
        self._lines = lines
        self._candidates = patterns.candidates(lines)
        self._known: dict[str, dict[int, re.Match[str]]] = {}
        self._sorted: dict[str, list[int]] = {}

    def of(self, pattern: str) -> dict[int, re.Match[str]]:
        """Index of each matching line, and the match, in order."""
        known = self._known.get(pattern)
        if known is None:
            known = self._known[pattern] = self._matched(pattern)
        return known

    def near(self, pattern: str, index: int, span: range) -> int | None:
        """The matching line closest to ``index`` within ``span``, which holds it."""
        places = self._places(pattern)
        after = bisect_left(places, index)
        close = [i for i in places[max(0, after - 1) : after + 1] if i in span]
        return min(close, key=lambda i: abs(i - index), default=None)

    def _places(self, pattern: str) -> list[int]:
        known = self._sorted.get(pattern)
        if known is None:
            known = self._sorted[pattern] = list(self.of(pattern))
        return known

    def _matched(self, pattern: str) -> dict[int, re.Match[str]]:
        indexes = self._candidates.get(pattern)
        if not indexes:
            return {}
        search = self._patterns[pattern].regex.search
        pairs = ((i, search(self._lines[i].text)) for i in indexes)
        return {i: match for i, match in pairs if match}
