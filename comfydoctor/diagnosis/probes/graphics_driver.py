"""Is the graphics driver new enough for this PyTorch?"""

from comfydoctor.diagnosis.environment.drivers import is_too_old, oldest_driver
from comfydoctor.diagnosis.flags import Flags
from comfydoctor.diagnosis.probe import Look, Probe
from comfydoctor.diagnosis.torch_build import kind_of
from comfydoctor.host.gpu import GpuReport
from comfydoctor.host.gpus import AllGpus
from comfydoctor.model.finding import Confidence, Evidence, Finding, Severity
from comfydoctor.model.probe import ProbeResult
from comfydoctor.model.server import ServerInfo


class GraphicsDriver(Probe):
    """A card in use proves it; else the driver of this computer is asked."""

    id = "graphics-driver"

    async def run(self, look: Look) -> ProbeResult:
        info = look.info
        if info is None or not info.devices:
            return self.unknown("The server does not tell its devices.")
        if info.devices[0].type == "cuda":
            return self.result(f"PyTorch {info.torch} works with it.")
        if kind_of(info.torch) != "cu" or "--cpu" in Flags(info.argv):
            return self.result(f"PyTorch {info.torch} does not use one here.")
        if not look.is_here:
            return self.unknown(
                "Not known: PyTorch is made for NVIDIA cards and uses none; the driver"
                " of another computer cannot be asked from here."
            )
        return self._judged(look, info, await _report())

    def _judged(self, look: Look, info: ServerInfo, report: GpuReport) -> ProbeResult:
        wanted = oldest_driver(look.fits, info.torch)
        if report.driver and is_too_old(report.driver, wanted):
            words = f"Driver {report.driver}; PyTorch {info.torch} needs {wanted}."
            return self.result(words, [_too_old(look, words)])
        if report.driver:
            return self.result(f"Driver {report.driver} is new enough.")
        why = report.trouble.text if report.trouble else "No driver answers."
        return self.unknown(f"PyTorch {info.torch} uses no card. {why}")


async def _report() -> GpuReport:
    gpus = AllGpus()
    try:
        return await gpus.read()
    finally:
        await gpus.aclose()


def _too_old(look: Look, words: str) -> Finding:
    return look.finding(
        "nvidia-driver-too-old",
        [Evidence("probe:graphics-driver", words)],
        confidence=Confidence.LIKELY,
        severity=Severity.ERROR,
    )
