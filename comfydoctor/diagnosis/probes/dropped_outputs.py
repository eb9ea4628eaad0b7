"""Were workflows refused, or a part of them left out?"""

import asyncio

from comfydoctor.diagnosis.events import ErrorBlock, Reading
from comfydoctor.diagnosis.importing import REFUSED
from comfydoctor.diagnosis.probe import Look, Probe
from comfydoctor.diagnosis.reading import read_lines
from comfydoctor.model.finding import Confidence, Evidence, Finding
from comfydoctor.model.probe import ProbeResult


class DroppedOutputs(Probe):
    """ComfyUI answers 200 and says only in its console that an output is missing."""

    id = "dropped-outputs"

    async def run(self, look: Look) -> ProbeResult:
        if not look.log_lines:
            return self.unknown("The server's console cannot be read from here.")
        reading = await look.reading()
        refused, dropped = sorted_out(reading)
        jobs = sum(line.text.startswith(REFUSED) for line in reading.lines)
        found = await asyncio.to_thread(_causes, look, reading, [*refused, *dropped])
        findings = {finding.key: finding for finding in found}
        if dropped:
            left_out = _left_out(look, reading, dropped)
            findings[left_out.key] = left_out
        if not findings and not jobs:
            return self.result("Nothing of that kind is in the console.")
        words = f"{jobs} jobs refused, {len(dropped)} outputs silently left out."
        return self.result(words, tuple(findings.values()))


def sorted_out(reading: Reading) -> tuple[list[ErrorBlock], list[ErrorBlock]]:
    """Outputs of refused jobs, and outputs of jobs that ran without them.

    The server writes ``invalid prompt`` only when no output was good.
    """
    blocks = [block for block in reading.blocks if block.kind == "validation"]
    refused: list[ErrorBlock] = []
    dropped: list[ErrorBlock] = []
    for block in blocks:
        (refused if _is_refused(reading, block) else dropped).append(block)
    return refused, dropped


def _is_refused(reading: Reading, block: ErrorBlock) -> bool:
    for line in reading.lines:
        if line.number < block.start:
            continue
        if line.text.startswith(REFUSED):
            return True
        if line.text.startswith("got prompt") and line.number > block.end:
            return False
    return False


def _causes(look: Look, reading: Reading, blocks: list[ErrorBlock]) -> list[Finding]:
    """Causes in the lines of refused outputs and jobs alone, each by itself."""
    groups = [
        [x for x in reading.lines if block.start <= x.number <= block.end]
        for block in blocks
    ]
    groups += [[x] for x in reading.lines if x.text.startswith(REFUSED)]
    return [
        finding
        for lines in groups
        for finding in look.matcher.findings(read_lines(lines, look.facts))
    ]


def _left_out(look: Look, reading: Reading, blocks: list[ErrorBlock]) -> Finding:
    at = {line.number: line.text for line in reading.lines}
    evidence = [Evidence("log", at.get(b.start, ""), b.start) for b in blocks[:5]]
    return look.finding(
        "outputs-left-out",
        evidence,
        confidence=Confidence.CERTAIN,
        values={"count": str(len(blocks))},
    )
