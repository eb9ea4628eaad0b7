"""An automatic check that answers one question."""

from dataclasses import dataclass
from enum import Enum

from comfydoctor.model.finding import Finding


class Outcome(Enum):
    """How a probe ended; only `PASS` means that all is well there."""

    PASS = "pass"  # noqa: S105 - an outcome, not a password
    WARN = "warn"
    FAIL = "fail"
    UNKNOWN = "unknown"
    """It cannot be told from here: the question goes to the person."""
    CRASHED = "crashed"
    """The probe itself broke; the others go on."""


@dataclass(frozen=True)
class ProbeResult:
    """What one probe found."""

    id: str
    question: str
    outcome: Outcome
    detail: str
    """One sentence with the figures."""
    ms: float = 0.0
    findings: tuple[Finding, ...] = ()
