"""Everything about one server at one time, for somebody who was not there."""

from dataclasses import dataclass, field

from comfydoctor.model.finding import Finding
from comfydoctor.model.fix import JournalEntry
from comfydoctor.model.flowchart import Step
from comfydoctor.model.job import Job
from comfydoctor.model.probe import ProbeResult


@dataclass(frozen=True)
class Curve:
    """One metric of one subject; times in Unix seconds, NaN is a gap."""

    metric: str
    title: str
    unit: str
    subject: str
    times: tuple[float, ...]
    values: tuple[float, ...]


@dataclass(frozen=True)
class Walked:
    """A guided diagnosis as it was walked."""

    title: str
    began: float
    steps: tuple[tuple[Step, str, str], ...]
    """Each step with the words of its question and of its answer."""


@dataclass(frozen=True)
class Dossier:
    """What a report or a bundle is made of. Empty means not known, or none seen."""

    made: float
    """Unix seconds."""
    program: str
    """Version of ComfyDoctor."""
    server: dict[str, object]
    """As ``check --json`` shows it."""
    simulated: str = ""
    findings: tuple[Finding, ...] = ()
    probes: tuple[ProbeResult, ...] = ()
    jobs: tuple[Job, ...] = ()
    """Finished ones, newest first."""
    waiting: tuple[Job, ...] = ()
    activity: tuple[JournalEntry, ...] = ()
    walks: tuple[Walked, ...] = ()
    curves: tuple[Curve, ...] = ()
    log: tuple[str, ...] = ()
    """The end of the server's console, oldest line first."""
    note: str = ""
    """What the person wrote about it."""
    removed: tuple[str, ...] = field(default=())
    """What was taken out for privacy: kind and how often."""
