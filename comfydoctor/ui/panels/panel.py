"""What every page is: built with a style, fed with snapshots, asking by signals."""

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from comfydoctor.model.snapshot import Snapshot
from comfydoctor.ui.bridge import Bridge
from comfydoctor.ui.feed import Batch
from comfydoctor.ui.readings import Readings
from comfydoctor.ui.theme import Style
from comfydoctor.ui.widgets.icon import Icons

if TYPE_CHECKING:
    from comfydoctor.model.finding import FixRef
    from comfydoctor.model.fix import FixResult


class Setting(NamedTuple):
    """What a page is built with."""

    style: Style
    icons: Icons
    bridge: Bridge
    clock: Callable[[], float]


class FixAsk(NamedTuple):
    """A wish to see the plan of a fix."""

    id: str
    target: str = ""
    title: str = ""
    advice: str = ""

    @classmethod
    def of(cls, ref: "FixRef") -> "FixAsk":
        """The wish behind a finding's button."""
        return cls(ref.id, ref.target, ref.title, ref.detail)


class Panel(QWidget):
    """One page of the rail.

    Signals:
        fix_wanted: a `FixAsk`; the window shows the plan.
        undo_wanted: id of the journal entry to take back.
        settle_wanted: id of an unfinished entry, and inspect, finish or give_up.
        page_wanted: id of another page.
        said: a message for the toast, and its `Level`.
    """

    fix_wanted = Signal(object)
    undo_wanted = Signal(str)
    settle_wanted = Signal(str, str)
    page_wanted = Signal(str)
    said = Signal(str, object)

    id = ""
    title = ""
    icon = ""

    def __init__(self, setting: Setting) -> None:
        super().__init__()
        self.setting = setting
        self.style_ = setting.style
        self.icons = setting.icons
        self.bridge = setting.bridge
        self.snapshot: Snapshot | None = None
        self.readings = Readings()
        self.setObjectName("page")
        self.setAccessibleName(self.title)

    @property
    def key(self) -> str:
        """Key of the server that is shown, or empty."""
        return self.snapshot.profile.key if self.snapshot else ""

    def now(self) -> float:
        """Unix seconds."""
        return self.setting.clock()

    def show_server(self, snapshot: Snapshot | None, readings: Readings) -> None:
        """Another server is looked at, or none."""
        self.snapshot, self.readings = snapshot, readings
        if snapshot is not None:
            self.show_snapshot(snapshot)

    def take(self, batch: Batch, readings: Readings) -> None:
        """News of the server that is looked at."""
        self.snapshot, self.readings = batch.snapshot, readings
        self.show_snapshot(batch.snapshot)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Draw what is known now."""

    def on_shown(self) -> None:
        """The page came to the front."""

    def tick(self) -> None:
        """A second passed."""

    def complete(self) -> None:
        """The first paint is over: make what it did without."""

    def charts_loaded(self) -> None:
        """The plotting library is there."""

    def on_fixed(self, result: "FixResult") -> None:
        """A fix came to its end."""

    def refresh_icons(self) -> None:
        """The icon font has come."""
        from comfydoctor.ui.widgets.empty import Empty
        from comfydoctor.ui.widgets.expander import Expander

        for empty in self.findChildren(Empty):
            empty.refresh_icon()
        for expander in self.findChildren(Expander):
            expander.refresh_icon()
