"""Are ComfyUI's own packages as new as it wants them?"""

from comfydoctor.diagnosis.probe import Look, Probe
from comfydoctor.model.finding import Confidence, Evidence, Severity
from comfydoctor.model.probe import ProbeResult
from comfydoctor.model.server import PackageVersion, version_tuple


class PackageVersions(Probe):
    """What the server says of itself, since 0.22."""

    id = "package-versions"

    async def run(self, look: Look) -> ProbeResult:
        packages = look.info.packages if look.info else ()
        if not packages:
            return self.unknown(
                "The server does not list its packages; ComfyUI does since 0.22."
            )
        behind = [package for package in packages if is_behind(package)]
        if not behind:
            return self.result(f"All {len(packages)} are at least what it wants.")
        evidence = [Evidence("system_stats", _words(package)) for package in behind]
        finding = look.finding(
            "requirements-not-updated",
            evidence,
            confidence=Confidence.CERTAIN,
            severity=Severity.WARNING,  # it runs all the same
        )
        return self.result("; ".join(e.text for e in evidence), [finding])


def is_behind(package: PackageVersion) -> bool:
    """Not installed, or older than required; a newer one is no fault."""
    if not package.required:
        return False
    have, want = version_tuple(package.installed), version_tuple(package.required)
    return not package.installed or bool(want and have and have < want)


def _words(package: PackageVersion) -> str:
    have = package.installed or "not installed"
    return f"{package.name}: {have}, wanted {package.required}"
