"""A flowchart that answers itself where it can, and a walk through it."""

from dataclasses import dataclass, field
from enum import Enum
from typing import Any, ClassVar


class NodeKind(Enum):
    """What a node of a flowchart does."""

    ASK = "ask"
    """A question, answered by a look at the server or by the person."""
    DO = "do"
    """A step that the person takes by hand."""
    FIX = "fix"
    """A one-click fix with its plan; the outcome is the answer."""
    LOOK = "look"
    """Something to look at: a chart, the console, pictures."""
    WAIT = "wait"
    """Waits for a condition, with a time-out."""
    CHART = "chart"
    """Goes on in another chart."""
    END = "end"
    """The cause is named, the trouble is over, or somebody must be asked."""


class Ending(Enum):
    """How a walk ends."""

    CAUSE = "cause"
    RESOLVED = "resolved"
    ESCALATE = "escalate"


_STRICT: dict[str, Any] = {"extra": "forbid"}
"""Read by pydantic where the content is checked; nothing here depends on it."""


@dataclass(frozen=True)
class Condition:
    """Something that can be looked up. What is given must hold together."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    finding: tuple[str, ...] = ()
    """Any of these causes is open. An absent finding is not known to be untrue."""
    probe: str = ""
    outcome: tuple[str, ...] = ()
    """The probe ended so: ``pass``, ``warn``, ``fail``. Unknown is no answer."""
    metric: str = ""
    """Newest reading, all subjects; with ``share_of`` as percent of that metric."""
    share_of: str = ""
    over: float | None = None
    under: float | None = None
    times_normal: float | None = None
    """At least so many times what is normal here."""
    reach: tuple[str, ...] = ()
    """How we hear the server: ``online``, ``lost``, ... (`Reach`)."""
    job: tuple[str, ...] = ()
    """State of the newest job: ``running``, ``done``, ``failed``, ... (`JobState`)."""
    fact: str = ""
    like: str = ""
    """Regular expression searched in a fact: os, device, gpu, torch, version ..."""


@dataclass(frozen=True)
class Answer:
    """One way out of a node."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    id: str
    to: str
    """Id of the next node."""
    text: str = ""
    """Words on the button; those of a fix's outcome when empty."""
    when: tuple[Condition, ...] = ()
    """Any of these gives this answer."""
    otherwise: bool = False
    """Given when all other answers' conditions are known not to hold."""


@dataclass(frozen=True)
class ChartNode:
    """One box of a flowchart."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    id: str
    kind: NodeKind
    title: str
    """The question, step or result in one plain sentence."""
    text: str = ""
    """What helps to answer it or to do it; plain text."""
    example: str = ""
    """What it looks like, word for word, where words fail."""
    answer: tuple[Answer, ...] = ()
    fix: str = ""
    """Id of the one-click fix."""
    recipe: dict[str, str] = field(default_factory=dict)
    """``pip``, ``flag``, ``drop``, ``env`` and their arguments: made exact for the
    installation at hand."""
    look: str = ""
    """``metric:<id>``, ``console``, ``queue`` or ``pictures``."""
    until: tuple[Condition, ...] = ()
    seconds: float = 60.0
    """Time-out of a wait."""
    chart: str = ""
    """Id of the chart that it goes on in."""
    ending: Ending | None = None
    cause: str = ""
    """Id of the cause that an end names; its words and remedies are shown."""


@dataclass(frozen=True)
class TestWalk:
    """A walk that a chart promises: what is known, what is answered, where it ends."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    __test__: ClassVar[bool] = False
    name: str
    ends: str
    """Id of the last node."""
    findings: tuple[str, ...] = ()
    probes: dict[str, str] = field(default_factory=dict)
    metrics: dict[str, float] = field(default_factory=dict)
    normals: dict[str, float] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)
    reach: str = ""
    job: str = ""
    answers: dict[str, str] = field(default_factory=dict)
    """Node and answer, given by the person."""


@dataclass(frozen=True)
class Flowchart:
    """One symptom and the way from it to its cause."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    id: str
    title: str
    symptom: str
    """How a person says it; the entry of the decision tree."""
    group: str
    """Heading in the decision tree: ``start``, ``run``, ``result``, ``speed``, ..."""
    start: str
    node: tuple[ChartNode, ...]
    words: tuple[str, ...] = ()
    """Other words a person may search it by."""
    walk: tuple[TestWalk, ...] = ()

    def at(self, node_id: str) -> ChartNode:
        """The node of this id. Raises KeyError."""
        for node in self.node:
            if node.id == node_id:
                return node
        raise KeyError(node_id)

    @property
    def probes(self) -> tuple[str, ...]:
        """Ids of all probes that its conditions ask, each once."""
        conditions = (
            condition
            for node in self.node
            for condition in (
                *node.until,
                *(when for answer in node.answer for when in answer.when),
            )
        )
        return tuple(dict.fromkeys(c.probe for c in conditions if c.probe))


@dataclass(frozen=True)
class Step:
    """One node that was left, and why that way."""

    chart: str
    node: str
    answer: str
    by: str
    """``person`` or ``program``."""
    why: str
    """The evidence in words, or what the person noted."""
    time: float
    """Unix seconds."""
