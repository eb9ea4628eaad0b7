"""Does the server's console show known problems?"""  # noqa: D400 - a question

from comfydoctor.diagnosis.events import Reading
from comfydoctor.diagnosis.probe import Look, Probe
from comfydoctor.errors import ServerError
from comfydoctor.model.finding import Finding
from comfydoctor.model.probe import ProbeResult

ELSEWHERE = frozenset({"import", "validation"})
"""Kinds of errors that other checks answer for."""


class Log(Probe):
    """All known causes over the console, but for what other checks look at."""

    id = "log"

    async def run(self, look: Look) -> ProbeResult:
        if not look.log_lines:
            return self.unknown("The server's console cannot be read from here.")
        kinds = ELSEWHERE
        if await _has_history(look):
            # A failed job is judged by the history, which knows if it went well later.
            kinds = kinds | {"execution"}
        reading = look.reading
        found = tuple(
            finding
            for finding in look.matcher.findings(reading)
            if not _lies_in(finding, reading, kinds)
        )
        count = len(reading.lines)
        words = "nothing known to be wrong" if not found else f"{len(found)} problems"
        return self.result(f"{count} lines, {words}.", found)


async def _has_history(look: Look) -> bool:
    try:
        return bool(await look.answers.history())
    except ServerError:
        return False


def _lies_in(finding: Finding, reading: Reading, kinds: frozenset[str]) -> bool:
    """Whether the finding's first line belongs to an error of these kinds."""
    line = next((e.line for e in finding.evidence if e.line), 0)
    if "FAILED)" in finding.evidence[0].text if finding.evidence else False:
        return "import" in kinds
    return any(
        block.kind in kinds and block.start <= line <= block.end
        for block in reading.blocks
    )
