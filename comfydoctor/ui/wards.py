"""The servers the window knows: their last snapshots, readings and console lines."""

from collections import deque
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from comfydoctor.model.server import ServerProfile
from comfydoctor.model.snapshot import Snapshot
from comfydoctor.ui.feed import Batch
from comfydoctor.ui.readings import Readings

if TYPE_CHECKING:
    from comfydoctor.model.change import Change
    from comfydoctor.model.logline import LogLine
    from comfydoctor.model.metric import Sample

KEPT_LINES = 5000


class Ward:
    """One server as the window last heard of it."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.readings = Readings()
        self.lines: deque[LogLine] = deque(maxlen=KEPT_LINES)

    @property
    def profile(self) -> ServerProfile:
        """Which server."""
        return self.snapshot.profile

    def take(self, batch: Batch) -> None:
        """Keep the news."""
        self.snapshot = batch.snapshot
        self.readings.take(samples_in(batch.changes))
        self.lines.extend(lines_in(batch.changes))


class Wards:
    """All of them, and which one is looked at."""

    def __init__(self) -> None:
        self._wards: dict[str, Ward] = {}
        self.key = ""

    def __iter__(self) -> Iterator[Ward]:
        return iter(self._wards.values())

    def __len__(self) -> int:
        return len(self._wards)

    @property
    def current(self) -> Ward | None:
        """The one looked at."""
        return self._wards.get(self.key)

    def get(self, key: str) -> Ward | None:
        """One of them."""
        return self._wards.get(key)

    def put(self, snapshot: Snapshot) -> Ward:
        """Add one, or renew its snapshot; the first one is looked at."""
        key = snapshot.profile.key
        ward = self._wards.get(key)
        if ward is None:
            ward = self._wards[key] = Ward(snapshot)
        ward.snapshot = snapshot
        self.key = self.key or key
        return ward

    def take(self, batch: Batch) -> Ward:
        """Keep the news of one of them."""
        ward = self.put(batch.snapshot)
        ward.take(batch)
        return ward

    def drop(self, key: str) -> None:
        """Forget one; another is looked at when it was the current."""
        self._wards.pop(key, None)
        if self.key == key:
            self.key = next(iter(self._wards), "")


def samples_in(changes: "Iterable[Change]") -> "list[Sample]":
    """Every reading among changes; not needed before the first paint."""
    from comfydoctor.model.change import SamplesAdded

    added = (change for change in changes if isinstance(change, SamplesAdded))
    return [sample for change in added for sample in change.samples]


def lines_in(changes: "Iterable[Change]") -> "list[LogLine]":
    """Every console line among changes."""
    from comfydoctor.model.change import LinesAdded

    added = (change for change in changes if isinstance(change, LinesAdded))
    return [line for change in added for line in change.lines]
