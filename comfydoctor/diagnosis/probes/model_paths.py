"""Do the extra model folders exist?"""

from pathlib import Path

from comfydoctor.comfy.install.files import is_dir
from comfydoctor.diagnosis.environment.fileprobe import FileProbe
from comfydoctor.diagnosis.environment.placement import is_share
from comfydoctor.diagnosis.probe import Look
from comfydoctor.model.finding import Confidence, Evidence, Finding
from comfydoctor.model.installation import Installation, ModelFolders
from comfydoctor.model.probe import ProbeResult

UNREADABLE = "cannot be read"


class ModelPaths(FileProbe):
    """Each section of extra_model_paths.yaml; single missing folders are usual."""

    id = "model-paths"
    every = 30.0

    def read(self, look: Look, found: Installation) -> ProbeResult:
        broken = [
            note for note in found.notes if ".yaml" in note and UNREADABLE in note
        ]
        sections = [s for s in found.model_folders if s.folders]
        findings = [_unreadable(look, note) for note in broken]
        lost = [section for section in sections if _leads_nowhere(section)]
        findings += [_lost(look, section) for section in lost]
        if not sections and not broken:
            return self.result("There are none.")
        names = ", ".join(s.section for s in lost)
        words = f"{len(sections)} sections in extra_model_paths.yaml."
        return self.result(f"{words} Nowhere: {names}." if names else words, findings)


def _leads_nowhere(section: ModelFolders) -> bool:
    """None of its folders is there; a share is not looked at, that may take minutes."""
    folders = [folder for _, folder in section.folders if not is_share(folder)]
    return bool(folders) and not any(is_dir(Path(folder)) for folder in folders)


def _lost(look: Look, section: ModelFolders) -> Finding:
    first = section.folders[0][1]
    words = f"{section.file}: section {section.section}: {first} does not exist."
    return look.finding(
        "extra-paths-lead-nowhere",
        [Evidence(f"file:{Path(section.file).name}", words)],
        confidence=Confidence.CERTAIN,
        subject=section.section,
        values={"section": section.section, "folder": first},
    )


def _unreadable(look: Look, note: str) -> Finding:
    return look.finding(
        "extra-paths-yaml-invalid",
        [Evidence("file:extra_model_paths.yaml", note)],
        confidence=Confidence.CERTAIN,
    )
