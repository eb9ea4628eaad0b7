"""Does the container see the graphics card?"""

import asyncio
from pathlib import Path

from comfydoctor.diagnosis.environment.fileprobe import is_linux
from comfydoctor.diagnosis.environment.process import devices_seen, is_contained
from comfydoctor.diagnosis.flags import Flags
from comfydoctor.diagnosis.probe import Look, Probe
from comfydoctor.model.finding import Confidence, Evidence
from comfydoctor.model.probe import ProbeResult

CARDS = ("nvidia0", "nvidia1", "kfd", "dxg")
"""Device files that PyTorch works through: NVIDIA, AMD, and WSL's."""


class ContainerGpu(Probe):
    """The device files that the server's process sees, against this computer's."""

    id = "container-gpu"

    def __init__(self, root: Path = Path("/")) -> None:
        self._root = root

    def applies(self, look: Look) -> bool:
        return is_linux(look) and look.home.is_here

    async def run(self, look: Look) -> ProbeResult:
        pid = look.home.pid
        if pid is None:
            return self.unknown("Not known: its process cannot be seen.")
        inside = await asyncio.to_thread(is_contained, pid, self._root)
        if not inside:
            words = "It runs in no container." if inside is False else "Not known."
            return self.result(words) if inside is False else self.unknown(words)
        seen = await asyncio.to_thread(devices_seen, pid, self._root)
        here = await asyncio.to_thread(_cards_of, self._root / "dev")
        device = look.info.devices[0].type if look.info and look.info.devices else ""
        if device and device != "cpu":
            return self.result("Yes: ComfyUI uses it.")
        if not here:
            return self.result("This computer shows no card to anybody.")
        if seen is None:
            return self.unknown("Not known: its view of the computer is hidden.")
        if set(here) & seen:
            return self.result(f"Yes: {', '.join(sorted(set(here) & seen))}.")
        return self._blind(look, here)

    def _blind(self, look: Look, here: list[str]) -> ProbeResult:
        words = f"This computer has {', '.join(here)}; the container does not see it."
        if "--cpu" in Flags(look.info.argv if look.info else ()):
            return self.result(f"{words} It was told to use the processor.")
        finding = look.finding(
            "container-without-gpu",
            [Evidence("probe:container-gpu", words)],
            confidence=Confidence.LIKELY,
        )
        return self.result(words, [finding])


def _cards_of(folder: Path) -> list[str]:
    return [name for name in CARDS if (folder / name).exists()]
