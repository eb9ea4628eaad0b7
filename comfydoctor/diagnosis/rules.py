"""Does one rule of a cause hold in a reading, and on which lines."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from comfydoctor.content.schema import Cause, Rule
from comfydoctor.diagnosis.captures import captured_fits
from comfydoctor.diagnosis.conditions import fact_fits, figures_fit, has
from comfydoctor.diagnosis.events import ErrorBlock, Line, Reading
from comfydoctor.diagnosis.loads import shrinking
from comfydoctor.diagnosis.nodeframe import node_of
from comfydoctor.diagnosis.patterns import Hits
from comfydoctor.diagnosis.spans import Spans

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
    job: int = 0
    """Index of the first line of the job that the line belongs to."""


class Scene:
    """A reading with what is needed to judge rules on it."""

    def __init__(self, reading: Reading, hits: Hits, masked: frozenset[int]) -> None:
        self.reading = reading
        self.hits = hits
        self.lines = reading.lines
        self.spans = Spans(reading.lines, reading.runs)
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
                block = self.block_at(index)
                values = _values(found[index], block)
                kind = block.kind if block else ""
                job = self.spans.job(index).start
                yield Match(cause, rule, index, support, values, kind, job)

    def _by_figures(self, cause: Cause, rule: Rule) -> Iterator[Match]:
        """A rule without a line rests on figures of the whole text."""
        numbers = [line.number for line in self.lines]
        for number in self._telling(rule):
            index = numbers.index(number)
            support = self._supported(rule, index)
            if support is not None:
                job = self.spans.job(index).start
                yield Match(cause, rule, index, support, {}, job=job)

    def _telling(self, rule: Rule) -> Sequence[int]:
        """Line numbers of what its figures are about."""
        if any(text.startswith("loss") for text in rule.figures):
            return [load.line for load in shrinking(self.reading.loads)]
        slowest = max(self.reading.steps, key=lambda s: s.seconds, default=None)
        return [slowest.line] if slowest else []

    def _holds(
        self, rule: Rule, index: int, match: re.Match[str]
    ) -> tuple[int, ...] | None:
        """Supporting lines when everything the rule asks for is there."""
        if not self._place_fits(rule, index) or not captured_fits(rule, match):
            return None
        return self._supported(rule, index)

    def _supported(self, rule: Rule, index: int) -> tuple[int, ...] | None:
        span = self._span(rule, index)
        if any(self.hits.near(p, index, span) is not None for p in rule.absent):
            return None
        support = self._support(rule, index, span)
        fits = (
            support is not None
            and self._block_fits(rule, index)
            and self._facts_fit(rule, self.lines[index])
            and (not rule.figures or self._figures_fit(rule, index))
        )
        return support if fits else None

    def _span(self, rule: Rule, index: int) -> range:
        """Indexes of the lines that may say more about the one at ``index``.

        What stands in another job, or before a restart, is about something else.
        """
        if not rule.near:
            return self.spans.life(index)
        job = self.spans.job(index)
        first = max(job.start, index - rule.near)
        return range(first, min(job.stop, index + rule.near + 1))

    def _place_fits(self, rule: Rule, index: int) -> bool:
        if not rule.last:
            return True
        return index >= len(self.lines) - rule.last - self._blank_tail()

    def _support(self, rule: Rule, index: int, span: range) -> tuple[int, ...] | None:
        """One line for each thing that must stand nearby, or None."""
        places = [self.hits.near(pattern, index, span) for pattern in rule.also]
        first = max(self.spans.job(index).start, index - _BEFORE)
        before = range(index - 1, first - 1, -1)
        places += [self._seen(pattern, before) for pattern in rule.before]
        places += [self._seen(pattern, span) for pattern in rule.around]
        if any(place is None for place in places):
            return None
        return tuple(place for place in places if place is not None)

    def _seen(self, pattern: str, places: range) -> int | None:
        return next((i for i in places if has(pattern, self.lines[i].text)), None)

    def _block_fits(self, rule: Rule, index: int) -> bool:
        block = self.block_at(index)
        node = node_of(block) if block else ""
        if rule.node_if_known and node and not has(rule.node_if_known, node):
            return False
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

    def _figures_fit(self, rule: Rule, index: int) -> bool:
        number = self.lines[index].number
        job = self._numbers(index)
        place = bisect_right(self._figure_lines, number + _NEAR_FIGURES)
        close = [
            figures
            for figures in self.reading.figures[max(0, place - 4) : place]
            if abs(figures.line - number) <= _NEAR_FIGURES and figures.line in job
        ]
        facts = self.reading.run_of(number).facts
        near = min(close, key=lambda f: abs(f.line - number), default=None)
        return figures_fit(rule.figures, near, facts, self.reading)

    def block_at(self, index: int) -> ErrorBlock | None:
        """The error that a line belongs to, or stands right beside in the same job."""
        number = self.lines[index].number
        place = bisect_right(self._starts, number + _NEAR_BLOCK)
        close = self.reading.blocks[max(0, place - _BLOCKS_BACK) : place]
        for block in close:
            if block.start <= number <= block.end:
                return block
        job = self._numbers(index)
        beside = (b for b in close if b.start in job or b.end in job)
        return next((b for b in beside if number <= b.end + _NEAR_BLOCK), None)

    def _numbers(self, index: int) -> range:
        """Line numbers of the job that a line belongs to."""
        job = self.spans.job(index)
        return range(self.lines[job.start].number, self.lines[job.stop - 1].number + 1)

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
