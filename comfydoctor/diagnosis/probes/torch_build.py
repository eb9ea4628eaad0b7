"""Can PyTorch use the graphics card?"""

from comfydoctor.diagnosis.flags import Flags
from comfydoctor.diagnosis.probe import Look, Probe
from comfydoctor.diagnosis.server_facts import device_name
from comfydoctor.diagnosis.torch_build import kind_of, unfit
from comfydoctor.host.gpus import AllGpus
from comfydoctor.model.finding import Confidence, Evidence, Finding, Severity
from comfydoctor.model.probe import ProbeResult
from comfydoctor.model.server import Device, ServerInfo


class TorchBuild(Probe):
    """The build's own name against the card's, and the cards of this computer."""

    id = "torch-build"

    async def run(self, look: Look) -> ProbeResult:
        info = look.info
        if info is None or not info.devices:
            return self.unknown("The server does not tell its devices.")
        device = info.devices[0]
        if device.type == "cpu":
            return await self._on_processor(look, info)
        findings = [
            _unfit(look, card, info.torch, cause)
            for card in info.devices
            if (cause := unfit(card.name, info.torch))
        ]
        return self.result(_words(info, device), findings)

    async def _on_processor(self, look: Look, info: ServerInfo) -> ProbeResult:
        card = await _card_here(look)
        wants_cpu = "--cpu" in Flags(info.argv)
        able = kind_of(info.torch) in {"cu", "rocm", "xpu"}
        why = "because of --cpu" if wants_cpu else "with no option that says so"
        detail = f"ComfyUI runs on the processor, {why}; PyTorch {info.torch}."
        if card:
            detail += f" This computer has a {card}."
        cause = _cause_on_processor(able=able, wants_cpu=wants_cpu, card=card)
        if not cause:
            return self.result(detail)
        finding = look.finding(
            cause,
            [Evidence("system_stats", detail)],
            confidence=Confidence.LIKELY if card else Confidence.POSSIBLE,
            severity=Severity.WARNING if card else Severity.INFO,
        )
        return self.result(detail, [finding])


def _cause_on_processor(*, able: bool, wants_cpu: bool, card: str) -> str:
    """A processor alone is no fault; a card that lies idle is."""
    if able and wants_cpu:
        return "cpu-mode-by-mistake"
    return "torch-cpu-wheel" if card and not able else ""


async def _card_here(look: Look) -> str:
    """Name of a card of the server's computer, where that is this one."""
    if not look.is_here:
        return ""
    gpus = AllGpus()
    try:
        report = await gpus.read()
    finally:
        await gpus.aclose()
    return next((reading.name for reading in report.readings), "")


def _words(info: ServerInfo, device: Device) -> str:
    more = f" and {len(info.devices) - 1} more" if len(info.devices) > 1 else ""
    return f"PyTorch {info.torch} uses {device_name(device.name)}{more}."


def _unfit(look: Look, card: Device, torch: str, cause: str) -> Finding:
    words = f"PyTorch {torch} has no kernels for {device_name(card.name)}."
    return look.finding(
        cause, [Evidence("system_stats", words)], confidence=Confidence.LIKELY
    )
