"""Does one rule of a cause hold in a reading, and on which lines."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from comfydoctor.content.schema import Cause, Rule
from comfydoctor.diagnosis.captures import captured_fits
from comfydoctor.diagnosis.conditions import fact_fits, figures_fit, has
from comfydoctor.diagnosis.events import ErrorBlock, Line, Reading
from comfydoctor.diagnosis.patterns import Hits

_NEAR_FIGURES = 12
_NEAR_BLOCK = 3
_BLOCKS_BACK = 6
_MOST_PLACES = 40
"""Places of one rule that are judged at the beginning and at the end of a text."""
_BEFORE = 8


@dataclass(frozen=True)
class Match:
    """One place where a rule of a cause holds."""

    cause: Cause
    rule: Rule
    index: int
    """Index of the decisive line."""
    support: tuple[int, ...]
    """Indexes of the other lines that the rule rests on."""
    values: Mapping[str, str]
    block: str = ""
    """Kind of the error that the line belongs to, empty outside of errors."""


class Scene:
    """A reading with what is needed to judge rules on it."""

    def __init__(self, reading: Reading, hits: Hits, masked: frozenset[int]) -> None:
        self.reading = reading
        self.hits = hits
        self.lines = reading.lines
        self._masked = masked
        self._figure_lines = [figures.line for figures in reading.figures]
        self._starts = [block.start for block in reading.blocks]

    def matches(self, cause: Cause, rule: Rule) -> Iterator[Match]:
        """All places where the rule holds, in order."""
        if not rule.line:
            yield from self._by_figures(cause, rule)
            return
        found = self.hits.of(rule.line)
        places = [index for index in found if index not in self._masked]
        if len(places) < rule.count:
            return
        for index in ends_of(places):
            support = self._holds(rule, index, found[index])
            if support is not None:
                block = self.block_at(self.lines[index].number)
                values = _values(found[index], block)
                kind = block.kind if block else ""
                yield Match(cause, rule, index, support, values, kind)

    def _by_figures(self, cause: Cause, rule: Rule) -> Iterator[Match]:
        """A rule without a line rests on the slowest step of the text."""
        slowest = max(self.reading.steps, key=lambda s: s.seconds, default=None)
        if slowest is None:
            return
        numbers = [line.number for line in self.lines]
        index = numbers.index(slowest.line)
        support = self._supported(rule, index)
        if support is not None:
            yield Match(cause, rule, index, support, {})

    def _holds(
        self, rule: Rule, index: int, match: re.Match[str]
    ) -> tuple[int, ...] | None:
        """Supporting lines when everything the rule asks for is there."""
        if not self._place_fits(rule, index) or not captured_fits(rule, match):
            return None
        return self._supported(rule, index)

    def _supported(self, rule: Rule, index: int) -> tuple[int, ...] | None:
        reach = rule.near or len(self.lines)
        if any(self.hits.near(p, index, reach) is not None for p in rule.absent):
            return None
        support = self._support(rule, index, reach)
        line = self.lines[index]
        fits = (
            support is not None
            and self._block_fits(rule, line)
            and self._facts_fit(rule, line)
            and (not rule.figures or self._figures_fit(rule, line))
        )
        return support if fits else None

    def _place_fits(self, rule: Rule, index: int) -> bool:
        if not rule.last:
            return True
        return index >= len(self.lines) - rule.last - self._blank_tail()

    def _support(self, rule: Rule, index: int, reach: int) -> tuple[int, ...] | None:
        """One line for each thing that must stand nearby, or None."""
        places = [self.hits.near(pattern, index, reach) for pattern in rule.also]
        before = range(index - 1, max(-1, index - 1 - _BEFORE), -1)
        places += [self._seen(pattern, before) for pattern in rule.before]
        close = range(max(0, index - reach), min(len(self.lines), index + reach + 1))
        places += [self._seen(pattern, close) for pattern in rule.around]
        if any(place is None for place in places):
            return None
        return tuple(place for place in places if place is not None)

    def _seen(self, pattern: str, places: range) -> int | None:
        return next((i for i in places if has(pattern, self.lines[i].text)), None)

    def _block_fits(self, rule: Rule, line: Line) -> bool:
        if not (rule.exception or rule.node or rule.owner or rule.frame):
            return True
        block = self.block_at(line.number)
        node = block.node_type if block else ""
        if rule.node and not has(rule.node, node or self._lone_name()):
            return False
        if block is None:
            return not (rule.exception or rule.owner or rule.frame)
        frames = [str(f) for trace in block.traces for f in trace.frames]
        return (
            (not rule.exception or has(rule.exception, block.exception))
            and (not rule.owner or has(rule.owner, block.pack or "core"))
            and (not rule.frame or any(has(rule.frame, frame) for frame in frames))
        )

    def _facts_fit(self, rule: Rule, line: Line) -> bool:
        if not rule.facts:
            return True
        facts = self.reading.run_of(line.number).facts
        return all(fact_fits(facts, n, wanted) for n, wanted in rule.facts.items())

    def _figures_fit(self, rule: Rule, line: Line) -> bool:
        place = bisect_right(self._figure_lines, line.number + _NEAR_FIGURES)
        close = [
            figures
            for figures in self.reading.figures[max(0, place - 4) : place]
            if abs(figures.line - line.number) <= _NEAR_FIGURES
        ]
        facts = self.reading.run_of(line.number).facts
        near = min(close, key=lambda f: abs(f.line - line.number), default=None)
        return figures_fit(rule.figures, near, facts, self.reading)

    def block_at(self, number: int) -> ErrorBlock | None:
        """The error that a line belongs to, or stands right beside."""
        place = bisect_right(self._starts, number + _NEAR_BLOCK)
        close = self.reading.blocks[max(0, place - _BLOCKS_BACK) : place]
        for block in close:
            if block.start <= number <= block.end:
                return block
        return next((b for b in close if number <= b.end + _NEAR_BLOCK), None)

    def _lone_name(self) -> str:
        """A first line that is only a node's class name, as people paste it."""
        first = self.lines[0].text.strip() if self.lines else ""
        return first if re.fullmatch(r"[A-Z][A-Za-z0-9_]{3,60}", first) else ""

    def _blank_tail(self) -> int:
        count = 0
        for line in reversed(self.lines):
            if line.text.strip():
                break
            count += 1
        return count


def _values(match: re.Match[str], block: ErrorBlock | None) -> dict[str, str]:
    """What the pattern captured, and what the error around it names."""
    values = {name: text for name, text in match.groupdict().items() if text}
    for name in ("pack", "node", "node_type", "exception") if block else ():
        if told := getattr(block, name):
            values.setdefault(name, told)
    return values


def ends_of(places: Sequence[int]) -> Sequence[int]:
    """All of them, or the first and last when there are very many."""
    if len(places) <= 2 * _MOST_PLACES:
        return places
    return [*places[:_MOST_PLACES], *places[-_MOST_PLACES:]]
