"""What the Doctor announces; the window and the command line listen."""

from dataclasses import dataclass

from comfydoctor.model.event import Event
from comfydoctor.model.finding import Finding
from comfydoctor.model.fix import FixResult
from comfydoctor.model.job import Job
from comfydoctor.model.logline import LogLine
from comfydoctor.model.metric import Sample
from comfydoctor.model.server import Connection, ServerInfo


@dataclass(frozen=True)
class ConnectionChanged:
    """We hear the server better or worse than before."""

    connection: Connection


@dataclass(frozen=True)
class ServerSeen:
    """The server told us who it is (again)."""

    info: ServerInfo


@dataclass(frozen=True)
class QueueChanged:
    """Jobs came, went or started."""

    remaining: int


@dataclass(frozen=True)
class ProgressChanged:
    """The running job moved on."""

    job_id: str


@dataclass(frozen=True)
class JobEnded:
    """A job finished, however."""

    job: Job


@dataclass(frozen=True)
class SamplesAdded:
    """Readings of one moment."""

    samples: tuple[Sample, ...]


@dataclass(frozen=True)
class LinesAdded:
    """The server's console went on."""

    lines: tuple[LogLine, ...]


@dataclass(frozen=True)
class FindingOpened:
    """A problem was found, or came back."""

    finding: Finding


@dataclass(frozen=True)
class FindingUpdated:
    """A known problem was seen again, with other evidence."""

    finding: Finding


@dataclass(frozen=True)
class FindingResolved:
    """A problem is gone."""

    finding: Finding


@dataclass(frozen=True)
class FixStepped:
    """A fix went one step on."""

    plan: str
    step: int
    text: str


@dataclass(frozen=True)
class FixEnded:
    """A fix came to its end."""

    result: FixResult


@dataclass(frozen=True)
class ActivityChanged:
    """The list of our own actions changed."""


@dataclass(frozen=True)
class EventHeard:
    """A raw event, for those who watch live."""

    event: Event


Change = (
    ConnectionChanged
    | ServerSeen
    | QueueChanged
    | ProgressChanged
    | JobEnded
    | SamplesAdded
    | LinesAdded
    | FindingOpened
    | FindingUpdated
    | FindingResolved
    | FixStepped
    | FixEnded
    | ActivityChanged
    | EventHeard
)
