"""Is all that ComfyUI itself asks for installed?"""

from pathlib import Path

from comfydoctor.comfy.install.files import read_text
from comfydoctor.diagnosis.environment.fileprobe import FileProbe
from comfydoctor.diagnosis.environment.shelves import installed_here
from comfydoctor.diagnosis.probe import Look
from comfydoctor.model.finding import Confidence, Evidence, Severity
from comfydoctor.model.installation import Installation
from comfydoctor.model.probe import ProbeResult

FILES = ("requirements.txt", "manager_requirements.txt")
NOT_NEEDED = {"comfyui-manager", "comfyui-workflow-templates-media"}
"""The first is wanted by --enable-manager alone."""
SHOWN = 8


class CoreRequirements(FileProbe):
    """Its requirements.txt against the packages of its Python, for any version."""

    id = "core-requirements"

    def read(self, look: Look, found: Installation) -> ProbeResult:
        text = read_text(Path(found.root, FILES[0])) if found.root else ""
        if not text:
            return self.unknown("Not known: its requirements.txt cannot be read.")
        if not look.home.packages():
            return self.unknown("Not known: its Python's packages cannot be read.")
        lines = text.splitlines()
        unmet = [
            wish
            for wish in installed_here(look, found).unmet("ComfyUI", lines)
            if wish.name not in NOT_NEEDED
        ]
        if not unmet:
            return self.result("All that its requirements.txt lists is installed.")
        finding = look.finding(
            "requirements-not-updated",
            [Evidence("file:requirements.txt", w.words) for w in unmet[:SHOWN]],
            confidence=Confidence.CERTAIN,
            severity=Severity.WARNING,  # it runs all the same
        )
        return self.result(" ".join(w.words for w in unmet[:SHOWN]), [finding])
