"""Did all node packs load when the server started?"""

import asyncio
import re
from collections.abc import Iterable
from dataclasses import replace

from comfydoctor.diagnosis.events import ImportFailure, Reading
from comfydoctor.diagnosis.importing import lines_about
from comfydoctor.diagnosis.probe import Look, Probe
from comfydoctor.diagnosis.reading import read_lines
from comfydoctor.model.finding import Confidence, Evidence, Finding
from comfydoctor.model.probe import ProbeResult

_TABLE = "Import times for custom nodes"
_SCRIPT = re.compile(
    r"Failed to execute startup-script: (.{1,400}prestartup_script\.py) / (.{1,300})"
)
_WHOLE_START = {"gpu", "listening"}
"""What ComfyUI prints before and after it loads packs."""
PLAIN = "node-pack-failed-to-load"


class NodeImports(Probe):
    """The table that ComfyUI prints at its start, while it is still in the console."""

    id = "node-imports"

    async def run(self, look: Look) -> ProbeResult:
        reading = await look.reading()
        failures = reading.failures
        if failures:
            names = ", ".join(failure.pack for failure in failures[:10])
            findings = await asyncio.to_thread(_findings, look, reading)
            return self.result(f"{len(failures)} did not load: {names}.", findings)
        if any(_TABLE in line.text for line in reading.lines):
            return self.result("All of them loaded.")
        if {phase.name for phase in reading.phases} >= _WHOLE_START:
            return self.result("None is installed.")  # then there is no table
        return self.unknown(
            "Not known: the lines of the start are no longer in the console."
        )


def _findings(look: Look, reading: Reading) -> tuple[Finding, ...]:
    """Each pack by itself: what ails one says nothing of another."""
    found: dict[str, Finding] = {}
    for failure in reading.failures:
        for finding in _of_pack(look, reading, failure):
            known = found.get(finding.key)
            found[finding.key] = _joined(known, finding) if known else finding
    return tuple(found.values())


def _of_pack(look: Look, reading: Reading, failure: ImportFailure) -> Iterable[Finding]:
    """Known causes, else the plain fact that it did not load."""
    lines = lines_about(reading, failure.pack)
    found = look.matcher.findings(read_lines(lines, reading.facts))
    told = [finding for finding in found if finding.cause != PLAIN]
    return told or [_plain(look, reading, failure)]


def _joined(known: Finding, finding: Finding) -> Finding:
    """The same cause in several packs."""
    confidence = max(known.confidence, finding.confidence)
    evidence = (*known.evidence[:4], *finding.evidence[:2])
    return replace(known, evidence=evidence, confidence=confidence)


def _of_script(reading: Reading, pack: str) -> str:
    """What its script said that ComfyUI runs before it loads anything."""
    for line in reading.lines:
        found = _SCRIPT.search(line.text)
        if found and pack in re.split(r"[\\/]", found[1]):
            return f"its prestartup_script.py: {found[2]}"
    return ""


def _plain(look: Look, reading: Reading, failure: ImportFailure) -> Finding:
    reason = failure.reason or _of_script(reading, failure.pack)
    words = f"{failure.pack}: {reason or 'it did not load'}"
    return look.finding(
        PLAIN,
        [Evidence("log", words, failure.line)],
        confidence=Confidence.CERTAIN,
        subject=failure.pack,
        values={"pack": failure.pack, "reason": reason},
    )
