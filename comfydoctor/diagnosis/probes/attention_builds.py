"""Do the compiled attention packages fit this PyTorch?"""

from collections.abc import Iterable

from comfydoctor.diagnosis.environment.builds import build_of
from comfydoctor.diagnosis.environment.fileprobe import (
    FileProbe,
    flags_of,
    is_windows,
    torch_of,
)
from comfydoctor.diagnosis.flags import Flags
from comfydoctor.diagnosis.probe import Look
from comfydoctor.model.finding import Confidence, Evidence, Finding, Severity
from comfydoctor.model.installation import Installation, Package
from comfydoctor.model.probe import ProbeResult

CAUSES = {
    "xformers": "xformers-torch-mismatch",
    "flash-attn": "flash-attn-torch-mismatch",
    "sageattention": "sage-kernel-arch-mismatch",
    "nunchaku": "nunchaku-backend-missing",
}
WANTED_BY = {
    "sageattention": "--use-sage-attention",
    "flash-attn": "--use-flash-attention",
}
"""Used by ComfyUI itself only when it is told to."""


class AttentionBuilds(FileProbe):
    """What each says it was built for, against the PyTorch that is installed."""

    id = "attention-builds"

    def read(self, look: Look, found: Installation) -> ProbeResult:
        torch = torch_of(look, found)
        if not torch:
            return self.unknown("Not known: it does not tell its PyTorch.")
        first = {p.key: p for p in reversed(look.home.packages())}
        there = [first[name] for name in CAUSES if name in first]
        findings = [
            *_misfits(look, there, torch, flags_of(look, found)),
            *_triton(look, first.get("triton-windows"), torch),
        ]
        if not there:
            return self.result(
                "None is installed; ComfyUI does not need any.", findings
            )
        names = ", ".join(f"{p.name} {p.version}" for p in there)
        return self.result(f"{names}; PyTorch {torch}.", findings)


def _misfits(
    look: Look, there: Iterable[Package], torch: str, flags: Flags
) -> Iterable[Finding]:
    for package in there:
        build = build_of(package)
        why = build.misfit(torch) if build else ""
        if build is None or not why:
            continue
        needed = WANTED_BY.get(package.key, "") in flags
        yield look.finding(
            CAUSES[package.key],
            [Evidence("file:METADATA", f"{build.said}: {why}.")],
            confidence=Confidence.LIKELY,
            severity=Severity.ERROR if needed else Severity.WARNING,
        )


def _triton(look: Look, triton: Package | None, torch: str) -> Iterable[Finding]:
    """A pair that its authors name; only where both are known to the table."""
    if triton is None or not is_windows(look):
        return
    pairs = {p.triton: p.torch for p in look.fits.triton}
    made_for = pairs.get(_minor(triton.version), "")
    if made_for and _minor(torch) in pairs.values() and _minor(torch) != made_for:
        words = (
            f"triton-windows {triton.version} is made for PyTorch {made_for};"
            f" {torch} is installed."
        )
        yield look.finding(
            "triton-missing-or-old",
            [Evidence("file:METADATA", words)],
            confidence=Confidence.POSSIBLE,
            severity=Severity.WARNING,
        )


def _minor(version: str) -> str:
    return ".".join(version.split("+")[0].split(".")[:2])
