"""Does the server answer without delay?"""

from comfydoctor.diagnosis.probe import Look, Probe
from comfydoctor.model.finding import Confidence, Evidence
from comfydoctor.model.probe import ProbeResult

SLOW = 2.0
"""Seconds; a node that holds the interpreter delays answers as long."""


class ResponseTime(Probe):
    """The quickest of three small exchanges: one alone may meet a stall."""

    id = "response-time"

    async def run(self, look: Look) -> ProbeResult:
        seconds = (await look.answers.tick()).seconds
        detail = f"The quickest of three small questions took {seconds * 1000:.0f} ms."
        if seconds < SLOW:
            return self.result(detail)
        finding = look.finding(
            "server-answers-slowly",
            [Evidence("probe:response-time", detail)],
            confidence=Confidence.LIKELY,
        )
        return self.result(detail, [finding])
