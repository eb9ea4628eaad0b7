"""How two states of a workflow differ, node by node."""

from dataclasses import dataclass
from enum import Enum


class DiffKind(Enum):
    """What changed about a node; the order is that of a list for people."""

    ADDED = "added"
    REMOVED = "removed"
    MODEL = "model"
    VALUE = "value"
    LINK = "connection"
    MODE = "switched"
    TITLE = "title"
    GROUP = "group"
    SEED = "seed"
    LAYOUT = "layout"

    @property
    def is_folded(self) -> bool:
        """Whether it is counted only: it means nothing to the result's make-up."""
        return self in {DiffKind.SEED, DiffKind.LAYOUT}


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it was."""

    kind: DiffKind
    node: str
    """Id in the later state, of a removed node in the earlier one."""
    label: str
    """What a person knows the node by: title or class, and its number."""
    input: str = ""
    before: str = ""
    after: str = ""
    """As text; empty for what was not there."""

    @property
    def words(self) -> str:
        """One line: ``KSampler #3: steps 20 → 30``."""
        match self.kind:
            case DiffKind.ADDED:
                return f"Added {self.label}{_in_group(self.after)}"
            case DiffKind.REMOVED:
                return f"Removed {self.label}{_in_group(self.before)}"
            case DiffKind.GROUP:
                return f"{self.label}: {_moved(self.before, self.after)}"
            case DiffKind.LAYOUT:
                return f"{self.label}: moved"
            case DiffKind.TITLE:
                return f"{self.label}: was called {brief(self.before)}"
            case DiffKind.MODE:
                return f"{self.label}: {self.before} → {self.after}"
            case _:
                change = f"{brief(self.before)} → {brief(self.after)}"
                return f"{self.label}: {self.input} {change}"


@dataclass(frozen=True)
class WorkflowDiff:
    """What leads from one state to another."""

    differences: tuple[Difference, ...] = ()
    """In the order of `DiffKind`, seeds and layout among them."""
    nodes: tuple[int, int] = (0, 0)
    """How many there are before and after."""

    @property
    def shown(self) -> tuple[Difference, ...]:
        """Without what is folded away."""
        return tuple(d for d in self.differences if not d.kind.is_folded)

    @property
    def seeds(self) -> int:
        """How many seeds changed."""
        return sum(d.kind is DiffKind.SEED for d in self.differences)

    @property
    def layout(self) -> int:
        """How many nodes lie elsewhere or have another size."""
        return sum(d.kind is DiffKind.LAYOUT for d in self.differences)

    @property
    def summary(self) -> str:
        """One line: ``2 nodes added, 3 values changed; 1 seed, 40 places``."""
        parts = [
            _counted(sum(d.kind is kind for d in self.differences), *nouns)
            for kind, *nouns in _COUNTED
        ]
        said = ", ".join(part for part in parts if part)
        return said or "No difference"

    def lines(self, *, folded: bool = False) -> tuple[str, ...]:
        """In words, one line for each; ``folded`` adds seeds and layout."""
        listed = self.differences if folded else self.shown
        return tuple(difference.words for difference in listed)


_COUNTED = (
    (DiffKind.ADDED, "node added", "nodes added"),
    (DiffKind.REMOVED, "node removed", "nodes removed"),
    (DiffKind.MODEL, "model changed", "models changed"),
    (DiffKind.VALUE, "value changed", "values changed"),
    (DiffKind.LINK, "connection changed", "connections changed"),
    (DiffKind.MODE, "node switched", "nodes switched"),
    (DiffKind.TITLE, "title changed", "titles changed"),
    (DiffKind.GROUP, "node in another group", "nodes in other groups"),
    (DiffKind.SEED, "other seed", "other seeds"),
    (DiffKind.LAYOUT, "node moved", "nodes moved"),
)


def brief(text: str, most: int = 60) -> str:
    """A value on one line; a long text loses its middle, not its end."""
    line = " ".join(text.split()) or "nothing"
    if len(line) <= most:
        return line
    half = (most - 1) // 2
    return f"{line[:half].rstrip()}…{line[-half:].lstrip()}"


def _counted(number: int, one: str, many: str) -> str:
    return "" if not number else f"1 {one}" if number == 1 else f"{number} {many}"


def _in_group(name: str) -> str:
    return f" in group “{name}”" if name else ""


def _moved(before: str, after: str) -> str:
    if before and after:
        return f"moved from group “{before}” to “{after}”"
    return f"moved into group “{after}”" if after else f"left group “{before}”"
