"""A workflow: the graph that people draw or post, read into one shape."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, IntEnum
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple


class Mode(IntEnum):
    """LiteGraph's execution modes; only the last three matter to a job."""

    ALWAYS = 0
    ON_EVENT = 1
    MUTED = 2
    ON_TRIGGER = 3
    BYPASSED = 4

    @property
    def is_sent(self) -> bool:
        """Whether the browser sends such a node to the server."""
        return self not in _NOT_SENT


class Link(NamedTuple):
    """An input that takes the output ``slot`` of another node."""

    node: str
    slot: int


class Why(Enum):
    """Why a drawn connection brings nothing."""

    MUTED = "muted"
    BYPASSED = "bypassed"
    """Bypassed, and none of its inputs has the type that is wanted."""
    GONE = "gone"
    """The node or the connection at its other end is not in the file."""
    EMPTY = "empty"
    """It leads to a reroute or into a subgraph, and from there to nothing."""
    UNTOLD = "untold"
    """The face of a subgraph gives a value that the file does not tell."""
    LOOP = "loop"
    """Through reroutes and subgraphs it comes back to itself."""


@dataclass(frozen=True, slots=True)
class Lost:
    """A connection that ends at ``node`` without a source."""

    node: str
    why: Why


@dataclass(frozen=True, slots=True)
class PackHint:
    """What a workflow says of the node pack of one of its nodes."""

    id: str = ""
    """In the Comfy registry; ``comfy-core`` for ComfyUI's own nodes."""
    repository: str = ""
    """``owner/name`` on GitHub."""
    version: str = ""

    @property
    def name(self) -> str:
        """The id, or the repository where there is no id."""
        return self.id or self.repository


@dataclass(frozen=True, slots=True)
class ModelHint:
    """A model that a workflow's author says a node needs."""

    name: str
    folder: str = ""
    url: str = ""
    """Unchecked: show it whole before it is opened."""


_NOT_SENT = frozenset({Mode.MUTED, Mode.BYPASSED})
_NOTHING: Mapping[str, object] = MappingProxyType({})
_NO_LOSS: Mapping[str, Lost] = MappingProxyType({})


class Node(NamedTuple):
    """One node of a workflow, subgraphs taken apart.

    A named tuple, as `Link` is: a frozen dataclass takes six times as long to make,
    and there may be 10,000 of them.
    """

    id: str
    """``12``, or ``12:7`` for node 7 in the subgraph that node 12 stands for: the
    ids that the server gets and names in its errors."""
    type: str
    inputs: Mapping[str, object] = _NOTHING
    """By name: `Link`s, and values as JSON has them. In the UI form only the values
    that come from outside the node (a primitive, the face of a subgraph); the
    node's own are in ``widgets``, until `convert` has named them."""
    title: str = ""
    """As the person named it, or empty."""
    mode: Mode = Mode.ALWAYS
    """Of an inner node whose subgraph is muted or bypassed: that one's."""
    widgets: Sequence[object] | Mapping[str, object] = ()
    """UI form: values in the order of the widgets, or by name."""
    named: tuple[str, ...] = ()
    """UI form: inputs that the file itself calls widgets."""
    lost: Mapping[str, Lost] = _NO_LOSS
    """Drawn connections that bring nothing, by input."""
    virtual: bool = False
    """Exists in the browser only: a note, a reroute, a primitive."""
    within: str = ""
    """Name of the subgraph it lies in."""
    pack: PackHint = PackHint()
    models: tuple[ModelHint, ...] = ()

    @property
    def is_sent(self) -> bool:
        """Whether the server gets it."""
        return not self.virtual and self.mode not in _NOT_SENT

    @property
    def links(self) -> dict[str, Link]:
        """The inputs that take another node's output."""
        return {k: v for k, v in self.inputs.items() if isinstance(v, Link)}


@dataclass(frozen=True)
class Workflow:
    """A graph in one shape, whichever form it had."""

    form: str
    """``ui``, as the browser saves it, or ``api``, as it is posted."""
    nodes: tuple[Node, ...]
    """All, the muted and the drawn ones too; see `sent`."""
    id: str = ""
    """Of the workflow, as the browser gave it."""
    frontend: str = ""
    """Version of the frontend that saved it."""

    @cached_property
    def sent(self) -> tuple[Node, ...]:
        """The nodes that the server gets."""
        return tuple(node for node in self.nodes if node.is_sent)

    @cached_property
    def by_id(self) -> Mapping[str, Node]:
        """All nodes by their id."""
        return {node.id: node for node in self.nodes}

    @property
    def is_api(self) -> bool:
        """Whether all values have their names."""
        return self.form == "api"


@dataclass(frozen=True, slots=True)
class Embedded:
    """A graph found in the metadata of a picture, film or sound."""

    form: str
    """``ui`` or ``api``."""
    text: str
    """Its JSON."""
    where: str
    """Which piece of metadata held it: ``PNG tEXt prompt``."""
