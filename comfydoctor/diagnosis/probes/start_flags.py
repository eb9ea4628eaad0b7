"""Was the server started with options that hurt?"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from comfydoctor.diagnosis.flags import Flags
from comfydoctor.diagnosis.probe import Look, Probe
from comfydoctor.model.finding import Confidence, Evidence, Finding, Severity
from comfydoctor.model.probe import ProbeResult
from comfydoctor.model.server import Device, ServerInfo

GIB = 1 << 30
AMPLE = 32 * GIB
"""Video memory from which keeping everything on the card is a fair choice."""
ENOUGH = 16 * GIB
"""Video memory from which saving it mostly only costs time."""
RESERVED = 0.25
"""Share of the card that is much to leave unused."""
SLOWER = {
    "--novram": "keeps no model on the card",
    "--force-fp32": "doubles memory and time of most models",
    "--fp32-unet": "doubles memory and time of most models",
    "--fp64-unet": "makes most models many times slower",
    "--fp32-text-enc": "doubles the memory of text encoders",
    "--cpu-vae": "decodes pictures on the processor",
    "--cache-none": "computes every node anew in each run",
    "--disable-smart-memory": "unloads the models after each run",
    "--disable-async-offload": "waits for each part of a model that is loaded",
    "--deterministic": "uses slower ways of computing",
    "--use-split-cross-attention": "uses a slower kind of attention",
    "--use-quad-cross-attention": "uses a slower kind of attention",
}
RISKY = {
    "--fp16-vae": "may give black pictures with some models",
    "--dont-upcast-attention": "may give black pictures with some models",
}
LEFT_OUT = {
    "--disable-all-custom-nodes": "leaves all node packs out",
    "--disable-api-nodes": "leaves the nodes of paid services out",
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
    remarks: list[Remark] = []
    if device is not None and device.type == "cuda":
        # Elsewhere the slower way may be the only one that works.
        remarks += _about_memory(flags, info, device)
        remarks += _listed(flags, SLOWER, "start-option-slows")
        remarks += _about_quality(flags)
    remarks += _listed(flags, LEFT_OUT, "start-option-leaves-out")
    return remarks


def _listed(flags: Flags, table: dict[str, str], cause: str) -> Iterator[Remark]:
    for flag, effect in table.items():
        if flag in flags:
            yield Remark(cause, flag, f"{flag} {effect}")


def _about_memory(flags: Flags, info: ServerInfo, card: Device) -> Iterator[Remark]:
    size = f"a card of {card.vram_total / GIB:.0f} GB"
    for flag in ALL_ON_CARD:
        if flag in flags and 0 < card.vram_total < AMPLE:
            words = f"{flag} keeps everything on {size}"
            yield Remark("oom-gpu-only-flag", flag, words)
    dynamic = info.at_least(0, 12) and "--disable-dynamic-vram" not in flags
    if "--lowvram" in flags and dynamic:
        words = "--lowvram does nothing since 0.12, where dynamic VRAM is on"
        yield Remark("start-option-without-effect", "--lowvram", words)
    elif "--lowvram" in flags and card.vram_total >= ENOUGH:
        words = f"--lowvram keeps parts of the models off {size}"
        yield Remark("start-option-slows", "--lowvram", words)
    reserved = _number(flags.value("--reserve-vram"))
    if 0 < card.vram_total * RESERVED <= reserved * GIB:
        words = f"--reserve-vram leaves {reserved:g} GB unused on {size}"
        yield Remark("start-option-slows", "--reserve-vram", words)


def _about_quality(flags: Flags) -> Iterator[Remark]:
    yield from _listed(flags, RISKY, "start-option-risks-quality")
    if "--fast" in flags and not flags.value("--fast"):
        words = "--fast alone switches on everything that is still on trial"
        yield Remark("start-option-risks-quality", "--fast", words)
    if flags.value("--preview-method") == "taesd":
        words = "--preview-method taesd draws each preview with a model of its own"
        yield Remark("start-option-slows", "--preview-method", words)


def _number(text: str) -> float:
    """NaN for what is no number: ComfyUI would not have started with it."""
    try:
        return float(text)
    except ValueError:
        return math.nan


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
