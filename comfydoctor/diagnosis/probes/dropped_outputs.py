"""Were workflows refused, or a part of them left out?"""  # noqa: D400 - a question

from collections.abc import Iterator

from comfydoctor.diagnosis.events import ErrorBlock, Reading
from comfydoctor.diagnosis.probe import Look, Probe
from comfydoctor.diagnosis.reading import read_lines
from comfydoctor.model.finding import Confidence, Evidence, Finding
from comfydoctor.model.probe import ProbeResult

_REFUSED = "invalid prompt: "


class DroppedOutputs(Probe):
    """ComfyUI answers 200 and says only in its console that an output is missing."""

    id = "dropped-outputs"

    async def run(self, look: Look) -> ProbeResult:
        if not look.log_lines:
            return self.unknown("The server's console cannot be read from here.")
        reading = look.reading
        refused, dropped = sorted_out(reading)
        findings = {f.key: f for f in _causes(look, (*refused, *dropped))}
        if dropped:
            found = _left_out(look, dropped)
            findings[found.key] = found
        if not findings and not refused:
            return self.result("Nothing of that kind is in the console.")
        return self.result(
            f"{len(refused)} outputs refused and {len(dropped)} silently left out.",
            tuple(findings.values()),
        )


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
        if line.text.startswith(_REFUSED):
            return True
        if line.text.startswith("got prompt") and line.number > block.end:
            return False
    return False


def _causes(look: Look, blocks: tuple[ErrorBlock, ...]) -> Iterator[Finding]:
    for block in blocks:
        lines = tuple(
            x for x in look.reading.lines if block.start <= x.number <= block.end
        )
        yield from look.matcher.findings(read_lines(lines, look.facts))


def _left_out(look: Look, blocks: list[ErrorBlock]) -> Finding:
    at = {line.number: line.text for line in look.reading.lines}
    evidence = [Evidence("log", at.get(b.start, ""), b.start) for b in blocks[:5]]
    return look.finding(
        "outputs-left-out",
        evidence,
        confidence=Confidence.CERTAIN,
        values={"count": str(len(blocks))},
    )
