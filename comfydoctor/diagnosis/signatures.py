"""The second step of a diagnosis: events and facts -> ranked findings."""

from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterable, Iterator
from functools import cached_property

from comfydoctor.content.catalogue import Catalogue
from comfydoctor.content.schema import Cause, Rule
from comfydoctor.diagnosis.events import Facts, Line, Reading
from comfydoctor.diagnosis.patterns import Hits, PatternSet
from comfydoctor.diagnosis.ranking import join
from comfydoctor.diagnosis.reading import read_lines, read_text
from comfydoctor.diagnosis.rules import Match, Scene
from comfydoctor.model.finding import Confidence, Finding, Severity
from comfydoctor.model.logline import LogLine

_TAIL = 400
"""Lines kept while a log is followed live."""


class Matcher:
    """Recognises the causes of a catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue

    @cached_property
    def patterns(self) -> PatternSet:
        """All patterns of all rules."""
        return PatternSet(self.catalogue.library.literals)

    def explain(
        self, text: str | bytes, facts: Facts | None = None
    ) -> tuple[Finding, ...]:
        """Findings of a whole text, most telling first."""
        return self.findings(read_text(text, facts))

    def findings(
        self, reading: Reading, source: str = "log", since: int = 0
    ) -> tuple[Finding, ...]:
        """Findings of a reading, most telling first.

        With ``since``, only those that rest on that line number or a later one.
        """
        found = self.matches(reading)
        lines, facts = reading.lines, reading.facts
        return join(found, lines, facts, self.catalogue, source, since)

    def matches(self, reading: Reading) -> list[Match]:
        """All places where a rule holds; weak signs only when there is nothing else."""
        hits = Hits(self.patterns, reading.lines)
        scene = Scene(reading, hits, self._masked(reading, hits))
        strong = [m for rule in self._rules(False) for m in scene.matches(*rule)]
        if strong:
            return strong
        return [m for rule in self._rules(True) for m in scene.matches(*rule)]

    def harmless(self, reading: Reading) -> tuple[Finding, ...]:
        """Lines that look bad and are not, with why."""
        hits = Hits(self.patterns, reading.lines)
        return tuple(
            Finding(
                key=f"harmless:{item.title}",
                cause="none",
                title=item.title,
                severity=Severity.INFO,
                confidence=Confidence.CERTAIN,
                explanation=item.about,
                harmless=True,
                count=len(hits.of(item.line)),
            )
            for item in self.catalogue.common.harmless
            if hits.of(item.line)
        )

    def _rules(self, weak: bool) -> Iterator[tuple[Cause, Rule]]:
        for cause in self.catalogue.library.causes:
            for rule in cause.rules:
                if rule.unless_alarm is weak:
                    yield cause, rule

    def _masked(self, reading: Reading, hits: Hits) -> frozenset[int]:
        """Indexes of harmless lines, with the whole error where it is one."""
        masked: set[int] = set()
        for item in self.catalogue.common.harmless:
            found = hits.of(item.line)
            masked.update(found)
            if item.block:
                masked.update(_around(reading, found))
        return frozenset(masked)


class Follower:
    """Recognises causes in a log that is still being written."""

    def __init__(self, matcher: Matcher, facts: Facts | None = None) -> None:
        self._matcher = matcher
        self._facts = facts
        self._tail: deque[Line] = deque(maxlen=_TAIL)
        self._number = 0

    def feed(self, lines: Iterable[LogLine]) -> tuple[Finding, ...]:
        """Findings that rest on the new lines; cheap when there is nothing to see."""
        fresh = [self._taken(line) for line in lines if not line.transient]
        if not fresh or not self._matcher.patterns.candidates(fresh):
            return ()
        reading = read_lines(tuple(self._tail), self._facts)
        return self._matcher.findings(reading, since=fresh[0].number)

    def _taken(self, line: LogLine) -> Line:
        self._number += 1
        taken = Line(self._number, line.text, line.level, line.time)
        self._tail.append(taken)
        return taken


def _around(reading: Reading, found: Iterable[int]) -> Iterator[int]:
    """Indexes of the lines of the errors around some lines."""
    numbers = sorted(reading.lines[index].number for index in found)
    places = [line.number for line in reading.lines]
    for block in reading.blocks:
        after = bisect_left(numbers, block.start - 2)
        if after < len(numbers) and numbers[after] <= block.end:
            first = bisect_left(places, block.start - 1)
            yield from range(first, bisect_right(places, block.end))
