"""Is ComfyUI's Python one that node packs can live with?"""

import re

from comfydoctor.diagnosis.probe import Look, Probe
from comfydoctor.model.finding import Confidence, Evidence, Severity
from comfydoctor.model.probe import ProbeResult
from comfydoctor.model.server import version_tuple

OLDEST = (3, 10)
"""ComfyUI 0.33 pyproject.toml; it starts with 3.9, but packs do not."""
NEWEST = (3, 13)
"""Many compiled packages have no files for what is newer yet."""


class PythonVersion(Probe):
    """The version that the server tells."""

    id = "python-version"

    async def run(self, look: Look) -> ProbeResult:
        told = look.info.python.split()[0] if look.info and look.info.python else ""
        version = version_tuple(re.sub(r"[^\d.].*$", "", told))[:2]
        if len(version) < 2:
            return self.unknown("The server does not tell its Python.")
        detail = f"It runs with Python {told}."
        if OLDEST <= version <= NEWEST:
            return self.result(detail)
        evidence = [Evidence("system_stats", detail)]
        sure = Confidence.POSSIBLE
        if version < OLDEST:
            finding = look.finding(
                "python-too-old-for-node",
                evidence,
                confidence=sure,
                severity=Severity.WARNING,
            )
        else:
            finding = look.finding(
                "python-too-new-for-package",
                evidence,
                confidence=sure,
                severity=Severity.INFO,
            )
        return self.result(detail, [finding])
