"""Do other programs hold video memory?"""

from comfydoctor.diagnosis.probe import Look, Probe
from comfydoctor.diagnosis.server_facts import device_name
from comfydoctor.model.finding import Confidence, Evidence, Finding, Severity
from comfydoctor.model.probe import ProbeResult
from comfydoctor.model.server import Device

GIB = 1 << 30
MUCH = 1.5 * GIB
DESKTOP = 1.25 * GIB
"""A Windows desktop alone holds 0.6 to 1.2 GB."""
SHARE = 0.15
NO_MEASUREMENT = {"cpu", "mps", "privateuseone"}
"""Their figures are RAM, or (DirectML) a constant."""


class VramHeld(Probe):
    """Used, less what ComfyUI's own torch uses (failure families, P-OTHERVRAM)."""

    id = "vram-held"
    every = 15.0
    wavers = True

    def applies(self, look: Look) -> bool:
        return look.info is None or any(map(is_measured, look.info.devices))

    async def run(self, look: Look) -> ProbeResult:
        devices = look.info.devices if look.info else ()
        cards = [device for device in devices if is_measured(device)]
        if not cards:
            return self.unknown("The server tells no figures of video memory.")
        findings = [_finding(look, card) for card in cards if holds_much(card)]
        return self.result(" ".join(map(_words, cards)), findings)


def is_measured(device: Device) -> bool:
    """Whether the server tells real figures of this card's memory."""
    return device.type not in NO_MEASUREMENT and device.vram_total > 0


def holds_much(card: Device) -> bool:
    """More than a desktop usually does, on small cards too."""
    return card.used_by_others > max(DESKTOP, min(MUCH, SHARE * card.vram_total))


def _words(card: Device) -> str:
    return (
        f"{device_name(card.name)}: {card.used_by_others / GIB:.1f} of"
        f" {card.vram_total / GIB:.1f} GB are not ComfyUI's."
    )


def _finding(look: Look, card: Device) -> Finding:
    return look.finding(
        "vram-held-by-other-process",
        [Evidence("system_stats", _words(card))],
        confidence=Confidence.LIKELY,
        severity=Severity.WARNING,
    )
