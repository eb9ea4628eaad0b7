"""Does a virus scanner get in ComfyUI's way?"""

import asyncio

from comfydoctor.diagnosis.environment.fileprobe import is_windows
from comfydoctor.diagnosis.probe import Look, Probe
from comfydoctor.model.finding import Confidence, Evidence
from comfydoctor.model.probe import ProbeResult

SCANNERS = {
    "msmpeng.exe": "Microsoft Defender",
    "avp.exe": "Kaspersky",
    "avastsvc.exe": "Avast",
    "avgsvc.exe": "AVG",
    "bdservicehost.exe": "Bitdefender",
    "ekrn.exe": "ESET",
    "mbamservice.exe": "Malwarebytes",
    "mcshield.exe": "McAfee",
    "nortonsecurity.exe": "Norton",
    "sophosfilescanner.exe": "Sophos",
}
BLOCKED = ("[WinError 225]", "[WinError 226]")
"""ERROR_VIRUS_INFECTED and ERROR_VIRUS_DELETED of winerror.h."""


class Antivirus(Probe):
    """Scanners that run are named; only what Windows itself says is a fault."""

    id = "antivirus"

    def applies(self, look: Look) -> bool:
        return is_windows(look)

    async def run(self, look: Look) -> ProbeResult:
        reading = await look.reading()
        lines = [x for x in reading.lines if any(code in x.text for code in BLOCKED)]
        names = await asyncio.to_thread(_running) if look.is_here else []
        words = f"Running: {', '.join(names)}." if names else ""
        if lines:
            finding = look.finding(
                "antivirus-blocked-file",
                [Evidence("log", line.text, line.number) for line in lines[:5]],
                confidence=Confidence.CERTAIN,
            )
            return self.result(f"It blocked a file. {words}".strip(), [finding])
        if not reading.lines:
            return self.unknown(
                f"Not known: the console cannot be read. {words}".strip()
            )
        return self.result(f"The console shows no blocked file. {words}".strip())


def _running() -> list[str]:
    """Names of scanners among the processes of this computer."""
    import psutil  # type: ignore[import-untyped,unused-ignore]

    found = {
        SCANNERS.get((process.info["name"] or "").lower(), "")
        for process in psutil.process_iter(["name"])
    }
    return sorted(found - {""})
