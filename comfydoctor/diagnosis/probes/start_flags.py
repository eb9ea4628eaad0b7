"""Was the server started with options that hurt?"""

from dataclasses import dataclass

from comfydoctor.diagnosis.flags import Flags
from comfydoctor.diagnosis.probe import Look, Probe
from comfydoctor.model.finding import Confidence, Evidence, Finding, Severity
from comfydoctor.model.probe import ProbeResult
from comfydoctor.model.server import Device, ServerInfo

GIB = 1 << 30
AMPLE = 32 * GIB
"""Video memory from which keeping everything on the card is a fair choice."""
SLOWER = {
    "--novram": "keeps no model on the card",
    "--force-fp32": "doubles memory and time of most models",
    "--cpu-vae": "decodes pictures on the processor",
    "--cache-none": "computes every node anew in each run",
    "--disable-smart-memory": "unloads the models after each run",
    "--use-split-cross-attention": "uses a slower kind of attention",
    "--use-quad-cross-attention": "uses a slower kind of attention",
}
ALL_ON_CARD = ("--gpu-only", "--highvram")


@dataclass(frozen=True)
class Remark:
    """One thing to say about one option."""

    cause: str
    flag: str
    words: str


class StartFlags(Probe):
    """The server's own command line against what is known of its options."""

    id = "start-flags"

    async def run(self, look: Look) -> ProbeResult:
        info = look.info
        if info is None or not info.argv:
            return self.unknown("The server does not tell its start options.")
        remarks = remarks_on(info)
        if not remarks:
            return self.result("None of them is known to do harm.")
        findings = [_finding(look, remark) for remark in remarks]
        return self.result("; ".join(r.words for r in remarks) + ".", findings)


def remarks_on(info: ServerInfo) -> list[Remark]:
    """What there is to say about the options, worst first."""
    flags = Flags(info.argv)
    device = info.devices[0] if info.devices else None
    if device is None or device.type != "cuda":
        return []  # elsewhere the slower way may be the only one that works
    remarks = _about_memory(flags, info, device)
    for flag, effect in SLOWER.items():
        if flag in flags:
            remarks.append(Remark("start-option-slows", flag, f"{flag} {effect}"))
    return remarks


def _about_memory(flags: Flags, info: ServerInfo, card: Device) -> list[Remark]:
    remarks = []
    for flag in ALL_ON_CARD:
        if flag in flags and 0 < card.vram_total < AMPLE:
            size = f"{card.vram_total / GIB:.0f} GB"
            words = f"{flag} keeps everything on a card of {size}"
            remarks.append(Remark("oom-gpu-only-flag", flag, words))
    dynamic = info.at_least(0, 12) and "--disable-dynamic-vram" not in flags
    if "--lowvram" in flags and dynamic:
        words = "--lowvram does nothing since 0.12, where dynamic VRAM is on"
        remarks.append(Remark("start-option-without-effect", "--lowvram", words))
    return remarks


def _finding(look: Look, remark: Remark) -> Finding:
    own = remark.cause.startswith("start-option")
    return look.finding(
        remark.cause,
        [Evidence("system_stats", remark.words)],
        confidence=Confidence.POSSIBLE,
        severity=None if own else Severity.WARNING,
        subject=remark.flag if own else "",
        values={"flag": remark.flag, "effect": remark.words},
    )
