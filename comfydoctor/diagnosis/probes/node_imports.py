"""Did all node packs load when the server started?"""  # noqa: D400 - a question

from comfydoctor.diagnosis.events import ImportFailure, Reading
from comfydoctor.diagnosis.probe import Look, Probe
from comfydoctor.model.finding import Confidence, Evidence, Finding
from comfydoctor.model.probe import ProbeResult

_TABLE = "Import times for custom nodes"
UNEXPLAINED = "node-pack-failed-to-load"


class NodeImports(Probe):
    """The table that ComfyUI prints at its start, while it is still in the console."""

    id = "node-imports"

    async def run(self, look: Look) -> ProbeResult:
        reading = look.reading
        failures = reading.failures
        if failures:
            names = ", ".join(failure.pack for failure in failures[:10])
            detail = f"{len(failures)} did not load: {names}."
            return self.result(detail, _findings(look, reading))
        if any(_TABLE in line.text for line in reading.lines):
            return self.result("All of them loaded.")
        return self.unknown(
            "Not known: the lines of the start are no longer in the console."
        )


def _findings(look: Look, reading: Reading) -> tuple[Finding, ...]:
    """Known causes of import errors, and the plain fact for packs without one."""
    lines = _lines_of(reading)
    found = [
        finding
        for finding in look.matcher.findings(reading)
        if any(e.line in lines for e in finding.evidence)
    ]
    for failure in reading.failures:
        if not any(_is_about(finding, failure, reading) for finding in found):
            found.append(_plain(look, failure))
    return tuple(found)


def _lines_of(reading: Reading, pack: str = "") -> frozenset[int]:
    """Lines about packs, or one pack, that did not load."""
    blocks = {
        number
        for block in reading.blocks
        if block.kind == "import" and pack in {"", block.pack}
        for number in range(block.start, block.end + 1)
    }
    table = {f.line for f in reading.failures if pack in {"", f.pack}}
    return frozenset(blocks | table)


def _is_about(finding: Finding, failure: ImportFailure, reading: Reading) -> bool:
    lines = _lines_of(reading, failure.pack)
    return finding.subject == failure.pack or any(
        evidence.line in lines or failure.pack in evidence.text
        for evidence in finding.evidence
    )


def _plain(look: Look, failure: ImportFailure) -> Finding:
    words = f"{failure.pack}: {failure.reason or 'IMPORT FAILED'}"
    return look.finding(
        UNEXPLAINED,
        [Evidence("log", words, failure.line)],
        confidence=Confidence.CERTAIN,
        subject=failure.pack,
        values={"pack": failure.pack, "reason": failure.reason},
    )
