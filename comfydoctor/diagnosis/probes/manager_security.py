"""Is there a ComfyUI-Manager, and is it a safe one?"""

from comfydoctor.diagnosis.probe import Look, Probe
from comfydoctor.model.finding import Confidence, Evidence
from comfydoctor.model.manager import Manager, ManagerGeneration
from comfydoctor.model.probe import ProbeResult
from comfydoctor.model.server import version_tuple

SAFE_V3 = (3, 39, 2)
SAFE_V4 = (4, 0, 5)
"""Before these, foreign code could be run through it (CVE-2025-67303 and later)."""


class ManagerSecurity(Probe):
    """Judged by its version alone: nothing of it is touched."""

    id = "manager-security"

    async def run(self, look: Look) -> ProbeResult:
        manager = look.manager
        if manager is None:
            return self.unknown("The server does not say whether it has one.")
        if manager.generation is ManagerGeneration.NONE:
            return self.result(
                "There is none. Without it ComfyUI can be restarted only by hand."
            )
        weak = weaknesses(manager)
        detail = f"ComfyUI-Manager {manager.version}."
        if not weak:
            return self.result(detail)
        finding = look.finding(
            "manager-outdated",
            [Evidence("probe:manager-security", f"{detail} {w}") for w in weak],
            confidence=Confidence.CERTAIN,
            values={"version": manager.version},
        )
        return self.result(f"{detail} {' '.join(weak)}", [finding])


def weaknesses(manager: Manager) -> list[str]:
    """What speaks against this version, in words."""
    version = version_tuple(manager.version)
    safe = SAFE_V3 if manager.generation is ManagerGeneration.V3 else SAFE_V4
    weak = []
    if version and version < safe:
        wanted = ".".join(map(str, safe))
        weak.append(f"Versions before {wanted} have known security holes.")
    if manager.generation is ManagerGeneration.V4_GET:
        weak.append(
            "It restarts and changes things on a mere GET, so any page open in a"
            " browser there can make it do so."
        )
    return weak
