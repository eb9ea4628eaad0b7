"""Does the server's console show known problems?"""

from comfydoctor.diagnosis.importing import REFUSED, is_inside, lines_about
from comfydoctor.diagnosis.probe import Look, Probe
from comfydoctor.errors import ServerError
from comfydoctor.model.finding import Finding
from comfydoctor.model.probe import ProbeResult


class Log(Probe):
    """All known causes over the console, but for what other checks answer for.

    Those are packs that did not load, refused workflows, and failed jobs as long as
    there is a history, which knows whether the same workflow went well later.
    """

    id = "log"

    async def run(self, look: Look) -> ProbeResult:
        if not look.log_lines:
            return self.unknown("The server's console cannot be read from here.")
        reading = await look.reading()
        kinds = {"validation"} | ({"execution"} if await _has_history(look) else set())
        elsewhere = [block for block in reading.blocks if block.kind in kinds]
        starting = {line.number for line in lines_about(reading)}
        refused = {x.number for x in reading.lines if x.text.startswith(REFUSED)}
        all_ = await look.log_findings()
        found = tuple(
            finding
            for finding in all_
            if not _lines(finding) & (starting | refused)
            and not any(is_inside(line, elsewhere) for line in _lines(finding))
        )
        words = _words(len(found), len(all_) - len(found))
        return self.result(f"{len(reading.lines)} lines, {words}.", found)


def _words(found: int, elsewhere: int) -> str:
    """What the console shows; never "nothing" when another check tells of it."""
    if found:
        return f"{found} known problems"
    if elsewhere:
        return "nothing beyond the packs and jobs that other checks tell of"
    return "nothing known to be wrong"


async def _has_history(look: Look) -> bool:
    try:
        return bool(await look.answers.history())
    except ServerError:
        return False


def _lines(finding: Finding) -> set[int]:
    return {e.line for e in finding.evidence if e.line is not None}
