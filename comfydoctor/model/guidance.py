"""How a guided diagnosis stands, as the window and the command line show it."""

from dataclasses import dataclass, field

from comfydoctor.model.finding import Finding
from comfydoctor.model.flowchart import ChartNode, Flowchart, Step


@dataclass(frozen=True)
class Passed:
    """One step of the way, in words."""

    step: Step
    title: str
    """The question or step that was left."""
    answer: str
    """The words of the answer."""


@dataclass(frozen=True)
class Hint:
    """What is known of one answer of the current question."""

    holds: bool | None
    why: str


@dataclass(frozen=True)
class GuideView:
    """One walk at one moment, immutable."""

    walk: str
    """Id of the walk, for answers and for resuming."""
    chart: Flowchart
    """Where it stands; a walk may go through several charts."""
    node: ChartNode
    passed: tuple[Passed, ...] = ()
    possible: frozenset[str] = frozenset()
    """Nodes of the chart that can still be reached."""
    hints: dict[str, Hint] = field(default_factory=dict)
    """By answer."""
    asking: tuple[str, ...] = ()
    """Questions of the probes that are under way."""
    recipe: str = ""
    """Exact commands for this installation, one way a line."""
    finding: Finding | None = None
    """At an end that names a cause: its words, evidence and remedies."""
    ruled_out: tuple[str, ...] = ()
    """What the way excluded, for whoever goes on from here."""


@dataclass(frozen=True)
class WalkRecord:
    """A kept walk, as a list shows it."""

    id: str
    chart: str
    server: str
    began: float
    """Unix seconds."""
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True)
class ChartEntry:
    """One chart, as the list of symptoms shows it."""

    id: str
    title: str
    symptom: str
    group: str
    words: tuple[str, ...] = ()
    likely: bool = False
    """An open finding on the board leads into it."""
