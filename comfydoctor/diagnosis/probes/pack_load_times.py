"""Which node packs make the start slow?"""

import re

from comfydoctor.diagnosis.events import Reading
from comfydoctor.diagnosis.probe import Look, Probe
from comfydoctor.model.finding import Confidence, Evidence
from comfydoctor.model.probe import ProbeResult

_ROW = re.compile(
    r"^\s{0,8}(\d{1,5}(?:\.\d+)?) seconds(?: \(\w+ FAILED\))?: (.{1,500})$"
)
SLOW = 10.0
"""Seconds; the whole start of ComfyUI alone takes about as long."""
SHOWN = 5


class PackLoadTimes(Probe):
    """The table of import times in the console; a first start may be slower."""

    id = "pack-load-times"

    async def run(self, look: Look) -> ProbeResult:
        times = load_times(await look.reading())
        if not times:
            return self.unknown("Not known: the table is no longer in the console.")
        ranked = sorted(times.items(), key=lambda entry: -entry[1])
        words = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in ranked[:3])
        detail = f"All took {sum(times.values()):.1f} s; most: {words}."
        slow = [(name, seconds) for name, seconds in ranked if seconds >= SLOW]
        if not slow:
            return self.result(detail)
        finding = look.finding(
            "node-packs-load-slowly",
            [Evidence("log", f"{s:.1f} seconds: {name}") for name, s in slow[:SHOWN]],
            confidence=Confidence.CERTAIN,
            values={"packs": ", ".join(name for name, _ in slow[:SHOWN])},
        )
        return self.result(detail, [finding])


def load_times(reading: Reading) -> dict[str, float]:
    """Seconds that each pack took at the last start that is still told."""
    start = reading.runs[-1].start if reading.runs else 0
    found: dict[str, float] = {}
    for line in reading.lines:
        if line.number >= start and (row := _ROW.match(line.text)):
            found[re.split(r"[\\/]", row[2].strip())[-1]] = float(row[1])
    return found
