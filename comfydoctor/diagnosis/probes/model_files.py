"""Are the server's model files whole?"""

import asyncio
from collections.abc import Iterable
from pathlib import Path

from comfydoctor.assets.folder import MEANT
from comfydoctor.assets.scan import Scanner, find_models
from comfydoctor.diagnosis.probe import Look, Probe
from comfydoctor.model.finding import Confidence, Evidence, Finding, Severity
from comfydoctor.model.modelfile import ModelFile
from comfydoctor.model.probe import ProbeResult

SETTLED = 600.0
"""Seconds without a change after which a file is no longer being downloaded."""
SHARE = ("\\\\", "//")
"""Folders of other computers are not looked at: that may take minutes."""
SHOWN = 8
"""Files named at most: the page Models has the whole list."""


class ModelFiles(Probe):
    """Two small reads a file, and only on this computer; nothing is loaded."""

    id = "model-files"
    timeout = 60.0
    every = 3600.0

    def applies(self, look: Look) -> bool:
        return look.is_here

    async def run(self, look: Look) -> ProbeResult:
        roots = _roots(look)
        if not roots:
            return self.unknown("The server's model folders are not told or not here.")
        count, broken = await asyncio.to_thread(_look_into, roots, look.clock())
        if not broken:
            return self.result(f"{count} files, all whole.")
        running = [file for file in broken if file.calls]
        damaged = [file for file in broken if not file.calls]
        findings = [_runs_code(look, file) for file in running[:SHOWN]]
        if damaged:
            findings.append(_damaged(look, damaged))
        words = f"{len(broken)} of {count} files are damaged or no models."
        return self.result(words, findings)


def _roots(look: Look) -> list[tuple[str, str]]:
    return [
        (path, kind)
        for kind in MEANT
        for path in look.folders.get(kind, ())
        if path and not path.startswith(SHARE) and Path(path).is_dir()
    ]


def _look_into(
    roots: Iterable[tuple[str, str]], now: float
) -> tuple[int, list[ModelFile]]:
    found = list(find_models(roots))
    settled = (one for one in found if now - one.modified / 1e9 > SETTLED)
    return len(found), [file for file in Scanner().broken(settled) if _is_damage(file)]


def _is_damage(file: ModelFile) -> bool:
    """Cut off, or something else under a model's name; no download under way."""
    late = "not finished" in file.problem
    return bool(file.calls) or (file.whole is False and not late)


def _damaged(look: Look, files: list[ModelFile]) -> Finding:
    """One finding for all: which they are stands in its evidence."""
    return look.finding(
        "model-file-corrupt-or-incomplete",
        [_evidence(file) for file in files[:SHOWN]],
        confidence=Confidence.CERTAIN,
        severity=Severity.WARNING,  # nobody may ever load them
        subject="model folders",
    )


def _evidence(file: ModelFile) -> Evidence:
    return Evidence(f"file:{file.name}", f"{file.folder}/{file.name}: {file.problem}")


def _runs_code(look: Look, file: ModelFile) -> Finding:
    return look.finding(
        "model-file-runs-code",
        [_evidence(file)],
        confidence=Confidence.CERTAIN,
        subject=file.name,
        values={"file": file.name, "calls": ", ".join(file.calls[:3])},
    )
