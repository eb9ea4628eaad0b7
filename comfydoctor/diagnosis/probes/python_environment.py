"""Do variables of the system disturb ComfyUI's Python?"""

import asyncio
import sys
from collections.abc import Iterator, Mapping

from comfydoctor.diagnosis.environment.process import environment_of
from comfydoctor.diagnosis.probe import Look, Probe
from comfydoctor.model.finding import Confidence, Evidence, Finding, Severity
from comfydoctor.model.probe import ProbeResult

ENCODINGS = {"", "C", "POSIX"}
HIDDEN_CARDS = {"", "-1", "none", "NoDevFiles"}


class PythonEnvironment(Probe):
    """The environment of the server's process, where it may be seen."""

    id = "python-environment"

    def applies(self, look: Look) -> bool:
        return look.home.is_here

    async def run(self, look: Look) -> ProbeResult:
        pid = look.home.pid
        told = await asyncio.to_thread(environment_of, pid) if pid else None
        if told is None:
            return self.unknown("Not known: its environment may not be seen.")
        findings = [*_paths(look, told), *_cards(look, told), *_encoding(look, told)]
        words = "; ".join(e.text for f in findings for e in f.evidence)
        return self.result(words or "None of them does.", findings)


def _paths(look: Look, told: Mapping[str, str]) -> Iterator[Finding]:
    """They make it import packages of another Python."""
    for name in ("PYTHONPATH", "PYTHONHOME"):
        if told.get(name, "").strip():
            yield look.finding(
                "python-variable-set",
                [Evidence("probe:python-environment", f"{name}={told[name][:200]}")],
                confidence=Confidence.POSSIBLE,
                severity=Severity.WARNING if name == "PYTHONHOME" else Severity.INFO,
                subject=name,
                values={"name": name},
            )


def _cards(look: Look, told: Mapping[str, str]) -> Iterator[Finding]:
    """A variable that hides every card from PyTorch."""
    device = look.info.devices[0].type if look.info and look.info.devices else ""
    for name in ("CUDA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES"):
        wanted = "--cpu" in (look.info.argv if look.info else ())
        hides = name in told and told[name].strip() in HIDDEN_CARDS
        if hides and device == "cpu" and not wanted:
            yield look.finding(
                "cards-hidden-by-variable",
                [Evidence("probe:python-environment", f"{name}={told[name]}")],
                confidence=Confidence.LIKELY,
                values={"name": name},
            )


def _encoding(look: Look, told: Mapping[str, str]) -> Iterator[Finding]:
    """Python 3.7 and later use UTF-8 for C by themselves, but not for others."""
    if sys.platform == "win32" or told.get("PYTHONUTF8") == "1":
        return
    spoken = told.get("LC_ALL") or told.get("LC_CTYPE") or told.get("LANG") or ""
    if spoken in ENCODINGS or "utf" in spoken.lower():
        return
    words = f"The language setting {spoken[:60]} is not UTF-8."
    yield look.finding(
        "console-or-file-encoding",
        [Evidence("probe:python-environment", words)],
        confidence=Confidence.POSSIBLE,
        severity=Severity.INFO,
    )
