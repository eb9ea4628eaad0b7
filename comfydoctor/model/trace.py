"""A file that somebody dropped, and what it means."""

from dataclasses import dataclass
from enum import Enum

from comfydoctor.model.finding import Finding


class TraceKind(Enum):
    """What a file turned out to be."""

    LOG = "log"
    WORKFLOW = "workflow"
    MODEL = "model"
    BUNDLE = "support bundle"
    INSTALLATION = "installation"


@dataclass(frozen=True)
class Trace:
    """What was found in a file."""

    name: str
    """Name of the file, without its folder."""
    kind: TraceKind
    headline: str
    """One sentence for people."""
    findings: tuple[Finding, ...] = ()
    """Worst first; empty when nothing is known to be wrong."""
