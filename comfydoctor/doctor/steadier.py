"""Keeps findings of figures that go up and down from flickering."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from comfydoctor.model.finding import Finding
from comfydoctor.model.probe import Outcome, ProbeResult

CALM = 40.0
"""Seconds without a sign until a finding is let go."""
SURE = 2
"""Looks in a row that must show it before it is told."""
_CANNOT_TELL = {Outcome.UNKNOWN, Outcome.CRASHED}


@dataclass
class _Trace:
    """One finding as it was seen last."""

    finding: Finding
    seen: float
    looks: int = 1
    shown: bool = False


class Steadier:
    """Remembers what each probe found in its last looks.

    A model that is loaded fills the memory for a moment: one look is no finding yet.
    And what was told stays until it has been gone for a while.
    """

    def __init__(self, *, calm: float = CALM, sure: int = SURE) -> None:
        self._calm = calm
        self._sure = sure
        self._traces: dict[str, dict[str, _Trace]] = {}

    def told(self, results: Iterable[ProbeResult], now: float) -> None:
        """Note what a check-up has told: it shows at once what it finds."""
        for result in results:
            if result.outcome not in _CANNOT_TELL:
                self._traces[result.id] = {
                    finding.key: _Trace(finding, now, self._sure, shown=True)
                    for finding in result.findings
                }

    def settled(self, result: ProbeResult, now: float) -> ProbeResult:
        """The result of one more look, as it should be told."""
        if result.outcome in _CANNOT_TELL:
            return result
        traces = self._traces.setdefault(result.id, {})
        seen = {finding.key: finding for finding in result.findings}
        for key, finding in seen.items():
            known = traces.get(key)
            looks = known.looks + 1 if known else 1
            shown = (known is not None and known.shown) or looks >= self._sure
            traces[key] = _Trace(finding, now, looks, shown)
        for key in tuple(traces):
            gone = key not in seen
            if gone and (not traces[key].shown or now - traces[key].seen > self._calm):
                del traces[key]
        shown_now = (t.finding for t in traces.values() if t.shown)
        return replace(result, findings=tuple(shown_now))
