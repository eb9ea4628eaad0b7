"""A walk through flowcharts: goes on by itself while it is certain, else asks."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from comfydoctor.diagnosis.flowchart.known import Known, Verdict, any_holds
from comfydoctor.errors import UsageError
from comfydoctor.model.flowchart import Answer, ChartNode, Flowchart, NodeKind, Step

PROGRAM, PERSON = "program", "person"
LONGEST = 200
"""Steps after which a walk no longer goes on by itself."""


class Walk:
    """One person's way from a symptom to an end; every step can be taken back."""

    def __init__(
        self,
        charts: Mapping[str, Flowchart],
        chart: str,
        *,
        clock: Callable[[], float],
        steps: Iterable[Step] = (),
    ) -> None:
        self._charts = charts
        self._first = _chart(charts, chart)
        self._clock = clock
        self._steps: list[Step] = []
        self._mine: set[tuple[str, str]] = set()
        """Nodes that the person answers, because an answer was taken back."""
        self.chart, self.node = self._first, self._first.at(self._first.start)
        for step in steps:
            self._replay(step)

    @property
    def steps(self) -> tuple[Step, ...]:
        """The way so far, with evidence and times."""
        return tuple(self._steps)

    @property
    def ended(self) -> bool:
        """Whether an end is reached."""
        return self.node.kind is NodeKind.END

    def advance(self, known: Known) -> tuple[Step, ...]:
        """Go as far as certainty carries; the steps that this took."""
        before = len(self._steps)
        while len(self._steps) < LONGEST:
            found = self._own_answer(known)
            if found is None:
                break
            answer, why = found
            self._go(answer, PROGRAM, why)
        return tuple(self._steps[before:])

    def take(self, answer_id: str, *, why: str = "", by: str = PERSON) -> Step:
        """Leave the node by one of its answers. Raises UsageError for another one."""
        for answer in self.node.answer:
            if answer.id == answer_id:
                return self._go(answer, by, why)
        raise UsageError(f"'{self.node.title}' has no answer '{answer_id}'.")

    def back(self, steps: int = 1) -> None:
        """Take the last answers back; the node reached is then asked of the person."""
        kept = self._steps[: max(0, len(self._steps) - steps)]
        self.chart, self.node = self._first, self._first.at(self._first.start)
        self._steps = []
        for step in kept:
            self._replay(step)
        self._mine.add((self.chart.id, self.node.id))

    def verdicts(self, known: Known) -> dict[str, Verdict]:
        """What is known of each answer of the current node, by its id."""
        return {a.id: any_holds(a.when, known) for a in self.node.answer if a.when}

    def _own_answer(self, known: Known) -> tuple[Answer, str] | None:
        node = self.node
        if node.kind is NodeKind.CHART:
            return Answer("goes-on", node.chart), ""
        if (self.chart.id, node.id) in self._mine:
            return None
        if node.kind is NodeKind.WAIT:
            return _reached(node, any_holds(node.until, known))
        if node.kind is NodeKind.FIX:
            return None  # nothing is changed, or held for changed, without a click
        return _certain(node, self.verdicts(known))

    def _go(self, answer: Answer, by: str, why: str) -> Step:
        step = Step(self.chart.id, self.node.id, answer.id, by, why, self._clock())
        self._move(answer)
        self._steps.append(step)
        return step

    def _move(self, answer: Answer) -> None:
        if self.node.kind is NodeKind.CHART:
            self.chart = _chart(self._charts, self.node.chart)
            self.node = self.chart.at(self.chart.start)
        else:
            self.node = self.chart.at(answer.to)

    def _replay(self, step: Step) -> None:
        """Go a recorded step again; a chart that changed meanwhile ends the replay."""
        here = (self.chart.id, self.node.id) == (step.chart, step.node)
        ways = {answer.id: answer for answer in self.node.answer}
        if self.node.kind is NodeKind.CHART:
            ways = {"goes-on": Answer("goes-on", self.node.chart)}
        if here and step.answer in ways:
            self._move(ways[step.answer])
            self._steps.append(replace(step))


def _certain(
    node: ChartNode, verdicts: Mapping[str, Verdict]
) -> tuple[Answer, str] | None:
    """The first answer that holds, or the one for when no other does."""
    for answer in node.answer:
        verdict = verdicts.get(answer.id)
        if verdict is not None and verdict.holds:
            return answer, verdict.why
    refuted = [verdict for verdict in verdicts.values() if verdict.holds is False]
    for answer in node.answer:
        if answer.otherwise and refuted and len(refuted) == len(verdicts):
            return answer, refuted[0].why
    return None


def _reached(node: ChartNode, verdict: Verdict) -> tuple[Answer, str] | None:
    answer = next((a for a in node.answer if a.id == "reached"), None)
    return (answer, verdict.why) if verdict.holds and answer else None


def _chart(charts: Mapping[str, Flowchart], chart_id: str) -> Flowchart:
    if chart_id not in charts:
        raise UsageError(f"There is no flowchart '{chart_id}'.")
    return charts[chart_id]
