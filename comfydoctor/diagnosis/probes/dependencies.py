"""Do the installed Python packages fit one another?"""

from collections.abc import Iterable

from comfydoctor.diagnosis.environment.fileprobe import FileProbe
from comfydoctor.diagnosis.environment.requirements import (
    Installed,
    Unmet,
    doubled,
    is_older,
)
from comfydoctor.diagnosis.environment.shelves import installed_here, leftovers
from comfydoctor.diagnosis.probe import Look
from comfydoctor.model.finding import Confidence, Evidence, Finding, Severity
from comfydoctor.model.installation import Installation, normal_name
from comfydoctor.model.probe import ProbeResult

TORCH_PARTS = ("torchvision", "torchaudio")
OPENCV = "opencv-python"
SHOWN = 6


class Dependencies(FileProbe):
    """What each package's metadata says it needs, against what is installed."""

    id = "dependencies"

    def read(self, look: Look, found: Installation) -> ProbeResult:
        packages = look.home.packages()
        if not packages:
            return self.unknown("Not known: its Python's packages cannot be read.")
        installed = installed_here(look, found)
        wishes = [
            (package.key, unmet)
            for package, lines in look.home.needs()
            for unmet in installed.unmet(f"{package.name} {package.version}", lines)
        ]
        twice = doubled(packages)
        findings = [
            *_parts_of_torch(look, wishes),
            *_conflicts(look, wishes),
            *_numpy(look, installed, wishes),
            *_doubled(look, twice),
            *_opencv(look, installed),
            *_leftovers(look, found),
        ]
        words = f"{len(installed.versions)} are installed"
        if not findings:
            return self.result(f"{words}; no conflict among them matters.", findings)
        titles = "; ".join(finding.title for finding in findings)
        return self.result(f"{words}. {titles}.", findings)


def _parts_of_torch(
    look: Look, wishes: Iterable[tuple[str, Unmet]]
) -> Iterable[Finding]:
    """Torchvision and torchaudio name the one PyTorch that they were built for."""
    wrong = [w for key, w in wishes if key in TORCH_PARTS and w.name == "torch"]
    if wrong:
        yield look.finding(
            "torch-torchvision-mismatch",
            _evidence(wrong),
            confidence=Confidence.LIKELY,
            severity=Severity.WARNING,  # without its compiled parts much still works
        )


def _conflicts(look: Look, wishes: Iterable[tuple[str, Unmet]]) -> Iterable[Finding]:
    """Others only matter where a package with weight is concerned."""
    weighty = look.fits.weighty
    wrong = [
        w
        for key, w in wishes
        if w.have and w.name in weighty and not _is_elsewhere(key, w)
    ]
    if wrong:
        yield look.finding(
            "packages-do-not-fit",
            _evidence(wrong),
            confidence=Confidence.POSSIBLE,
            severity=Severity.WARNING if _inside(wrong, weighty) else Severity.INFO,
            values={"packages": _names(wrong), "first": wrong[0].words},
        )


def _is_elsewhere(wisher: str, wish: Unmet) -> bool:
    """Told by a finding of its own."""
    if wisher in TORCH_PARTS or wisher == "xformers":
        return wish.name == "torch"
    return wish.name == "numpy" and wish.have.startswith("2")


def _inside(wrong: Iterable[Unmet], weighty: Iterable[str]) -> bool:
    """Whether both sides of one of them have weight."""
    wishers = {normal_name(w.wisher.partition(" ")[0]) for w in wrong}
    return bool(wishers & set(weighty))


def _numpy(
    look: Look, installed: Installed, wishes: Iterable[tuple[str, Unmet]]
) -> Iterable[Finding]:
    """NumPy 2 with packages that say, or are known, to need NumPy 1."""
    have = installed.versions.get("numpy", "")
    if not have or is_older(have, "2"):
        return
    said = [w for _, w in wishes if w.name == "numpy"]
    known = [
        f"{name} {version} was built for NumPy 1; {first} is the first for NumPy 2."
        for name, first in look.fits.numpy2.items()
        if (version := installed.versions.get(name)) and is_older(version, first)
    ]
    if said or known:
        texts = [*known, *(w.words for w in said)]
        yield look.finding(
            "numpy2-abi",
            [Evidence("file:METADATA", text) for text in texts[:SHOWN]],
            confidence=Confidence.LIKELY if known else Confidence.POSSIBLE,
            severity=Severity.WARNING if known else Severity.INFO,
        )


def _doubled(look: Look, twice: dict[str, tuple[str, ...]]) -> Iterable[Finding]:
    if twice:
        texts = [f"{name}: {' and '.join(v)}" for name, v in sorted(twice.items())]
        yield look.finding(
            "package-installed-twice",
            [Evidence("file:site-packages", text) for text in texts[:SHOWN]],
            confidence=Confidence.CERTAIN,
            severity=Severity.WARNING
            if set(twice) & set(look.fits.weighty)
            else Severity.INFO,
            values={"packages": ", ".join(sorted(twice)[:SHOWN])},
        )


def _opencv(look: Look, installed: Installed) -> Iterable[Finding]:
    """Its variants overwrite one another's files; equal versions do little harm."""
    variants = {
        name: installed.versions[name]
        for name in look.fits.instead_of(OPENCV)
        if name in installed.versions
    }
    if len(set(variants.values())) > 1:
        texts = [f"{name} {version}" for name, version in variants.items()]
        yield look.finding(
            "opencv-variants-conflict",
            [Evidence("file:site-packages", text) for text in texts],
            confidence=Confidence.POSSIBLE,
            severity=Severity.INFO,
        )


def _leftovers(look: Look, found: Installation) -> Iterable[Finding]:
    names = leftovers(found)
    if names:
        yield look.finding(
            "package-leftovers",
            [Evidence("file:site-packages", name) for name in names[:SHOWN]],
            confidence=Confidence.CERTAIN,
            severity=Severity.INFO,
            values={"folders": ", ".join(names[:SHOWN])},
        )


def _evidence(wrong: Iterable[Unmet]) -> list[Evidence]:
    return [Evidence("file:METADATA", w.words) for w in list(wrong)[:SHOWN]]


def _names(wrong: Iterable[Unmet]) -> str:
    return ", ".join(list(dict.fromkeys(w.name for w in wrong))[:SHOWN])
