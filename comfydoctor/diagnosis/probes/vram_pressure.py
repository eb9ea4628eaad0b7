"""Is there video memory left?"""

from comfydoctor.diagnosis.probe import Look, Probe
from comfydoctor.diagnosis.server_facts import device_name
from comfydoctor.errors import ServerError
from comfydoctor.model.finding import Confidence, Evidence, Finding, Severity
from comfydoctor.model.probe import ProbeResult
from comfydoctor.model.server import Device

GIB = 1 << 30
LITTLE = 0.04
OWN = 0.75
"""Share of what is used that makes it ComfyUI's own doing."""
NO_MEASUREMENT = {"cpu", "mps", "privateuseone"}
"""Their figures are RAM, or (DirectML) a constant."""


class VramPressure(Probe):
    """ComfyUI fills the card on purpose while a job runs, so then it is no alarm."""

    id = "vram-pressure"
    every = 15.0
    wavers = True

    def applies(self, look: Look) -> bool:
        return look.info is None or bool(_cards(look))

    async def run(self, look: Look) -> ProbeResult:
        cards = _cards(look)
        if not cards:
            return self.unknown("The server tells no figures of video memory.")
        full = [card for card in cards if card.vram_free < LITTLE * card.vram_total]
        works = bool(full) and await _works(look)
        findings = [_finding(look, card, works) for card in full]
        more = " A job is running." if works else ""
        return self.result(" ".join(map(_words, cards)) + more, findings)


def _cards(look: Look) -> list[Device]:
    devices = look.info.devices if look.info else ()
    return [d for d in devices if d.type not in NO_MEASUREMENT and d.vram_total > 0]


async def _works(look: Look) -> bool:
    try:
        return bool((await look.answers.queue()).running)
    except ServerError:
        return False


def _words(card: Device) -> str:
    return (
        f"{device_name(card.name)}: {card.vram_free / GIB:.1f} of"
        f" {card.vram_total / GIB:.1f} GB are free,"
        f" ComfyUI uses {card.used_by_comfy / GIB:.1f}."
    )


def _is_own(card: Device) -> bool:
    """Models stay on the card after a job, and make way when another one needs it."""
    return card.used_by_comfy > OWN * card.vram_used


def _finding(look: Look, card: Device, works: bool) -> Finding:
    return look.finding(
        "vram-nearly-full",
        [Evidence("system_stats", _words(card))],
        confidence=Confidence.CERTAIN,
        severity=Severity.INFO if works or _is_own(card) else Severity.WARNING,
    )
