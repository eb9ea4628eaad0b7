"""What one check of a server found."""

from dataclasses import dataclass

from comfydoctor.model.finding import Finding
from comfydoctor.model.manager import Manager
from comfydoctor.model.probe import Outcome, ProbeResult
from comfydoctor.model.server import ServerInfo, ServerProfile


@dataclass(frozen=True)
class CheckReport:
    """Probes with their outcomes, and the findings they and the logs gave."""

    profile: ServerProfile
    info: ServerInfo | None
    manager: Manager | None
    probes: tuple[ProbeResult, ...]
    findings: tuple[Finding, ...]

    @property
    def server(self) -> dict[str, object]:
        """The server as the documented JSON shows it; None where not known."""
        info = self.info
        return {
            "url": self.profile.url,
            "version": info.version if info else None,
            "os": info.os if info else None,
            "python": info.python if info else None,
            "torch": info.torch if info else None,
            "argv": list(info.argv) if info else None,
            "devices": list(info.devices) if info else None,
            "manager": self.manager.generation.value if self.manager else None,
            "simulated": (info.simulated or None) if info else None,
        }

    @property
    def headline(self) -> str:
        """Which server this is about, in one line."""
        if self.info is None:
            return f"{self.profile.url} (nothing is known of it)"
        kind = "Simulated ComfyUI" if self.info.simulated else "ComfyUI"
        devices = ", ".join(device.name for device in self.info.devices)
        return f"{self.profile.url} · {kind} {self.info.version} · {devices}"

    @property
    def counts(self) -> dict[Outcome, int]:
        """How many probes ended how."""
        return {o: sum(p.outcome is o for p in self.probes) for o in Outcome}
