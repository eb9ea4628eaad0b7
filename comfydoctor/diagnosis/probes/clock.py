"""Do the server's clock and ours agree?"""

import math

from comfydoctor.diagnosis.probe import Look, Probe
from comfydoctor.model.finding import Confidence, Evidence
from comfydoctor.model.probe import ProbeResult

TOLERATED = 60.0
"""Seconds; a Date header is exact to one."""


class Clock(Probe):
    """The Date header of an answer against the middle of our exchange."""

    id = "clock"

    async def run(self, look: Look) -> ProbeResult:
        ahead = (await look.answers.tick()).ahead
        if math.isnan(ahead):
            return self.unknown("The server's answers carry no date.")
        if abs(ahead) <= TOLERATED:
            return self.result("They differ by less than a minute.")
        words = "ahead of" if ahead > 0 else "behind"
        detail = f"The server's clock is {abs(ahead):.0f} s {words} ours."
        finding = look.finding(
            "clocks-differ",
            [Evidence("probe:clock", detail)],
            confidence=Confidence.CERTAIN,
        )
        return self.result(detail, [finding])
