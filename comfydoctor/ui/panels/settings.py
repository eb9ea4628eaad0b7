"""Settings: the servers, the looks, and where our files lie."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from comfydoctor.model.server import AuthKind, ServerProfile
from comfydoctor.ui.needs import Office
from comfydoctor.ui.panels.panel import Panel, Setting
from comfydoctor.ui.remember import Remembered
from comfydoctor.ui.theme import CAPTION, EMPHASIS, GAP, SCALES, VERDICT
from comfydoctor.ui.widgets.button import button
from comfydoctor.ui.widgets.card import Card, Page, clear, column, line, row
from comfydoctor.ui.widgets.choice import Check, Choice
from comfydoctor.ui.widgets.label import Elided, label
from comfydoctor.ui.words import one_line

THEMES = (
    ("system", "As the system"),
    ("light", "Light"),
    ("dark", "Dark"),
)
AUTH = {
    AuthKind.NONE: "no login",
    AuthKind.BASIC: "name and password",
    AuthKind.BEARER: "access token",
}


class SettingsPanel(Panel):
    """The page "Settings".

    Signals:
        looks_changed: name of a look and its new value.
        adding_wanted: another server is to be added.
        server_chosen: `ServerProfile` to take under care.
        closing_wanted: key of a server to stop watching.
        forgetting_wanted: key of a server to remove from the list.
    """

    looks_changed = Signal(str, object)
    adding_wanted = Signal()
    server_chosen = Signal(object)
    closing_wanted = Signal(str)
    forgetting_wanted = Signal(object)

    id, title, icon = "settings", "Settings", "cog-outline"

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        style = self.style_
        page = Page(style)
        page.body.addWidget(label(style, "Settings", size=VERDICT, bold=True))
        page.body.addWidget(self._servers())
        page.body.addWidget(self._looks())
        page.body.addWidget(self._keys())
        page.body.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(page)

    def _servers(self) -> Card:
        card = Card(self.style_)
        card.body.addWidget(self._title("Servers"))
        self._list = column(self.style_, space=GAP)
        card.body.addLayout(self._list)
        add = button(self.style_, "Add a server…", self.adding_wanted.emit)
        card.body.addLayout(row(self.style_, add, None))
        return card

    def _looks(self) -> Card:
        card = Card(self.style_)
        card.body.addWidget(self._title("Looks"))
        self.theme = Choice(self.style_, "Theme")
        for name, title in THEMES:
            self.theme.addItem(title, name)
        self.scale = Choice(self.style_, "Size of everything")
        for size in SCALES:
            self.scale.addItem(f"{size:.0%}", size)
        self.motion = Check(self.style_, "Reduce motion")
        card.body.addLayout(self._line("Theme", self.theme))
        card.body.addLayout(self._line("Size", self.scale))
        card.body.addWidget(self.motion)
        self.theme.activated.connect(lambda: self._emit("theme", self.theme))
        self.scale.activated.connect(lambda: self._emit("scale", self.scale))
        self.motion.clicked.connect(
            lambda on: self.looks_changed.emit("reduce_motion", bool(on))
        )
        return card

    def _emit(self, name: str, box: Choice) -> None:
        self.looks_changed.emit(name, box.currentData(Qt.ItemDataRole.UserRole))

    def _keys(self) -> Card:
        card = Card(self.style_)
        card.body.addWidget(self._title("Keys"))
        for keys, does in SHORTCUTS:
            what = label(self.style_, does)
            what.setMinimumWidth(self.style_.px(200))
            how = label(self.style_, keys, size=CAPTION, muted=True)
            card.body.addLayout(row(self.style_, what, how, None))
        return card

    def _title(self, text: str) -> QWidget:
        return label(self.style_, text, size=EMPHASIS, bold=True)

    def _line(self, text: str, control: QWidget) -> QVBoxLayout:
        said = label(self.style_, text)
        said.setMinimumWidth(self.style_.px(96))
        control.setMinimumWidth(self.style_.px(200))
        body = QVBoxLayout()
        body.addLayout(row(self.style_, said, control, None))
        return body

    def show_looks(self, remembered: Remembered) -> None:
        """Show the looks of now."""
        self.theme.setCurrentIndex(max(0, self.theme.findData(remembered.theme)))
        near = min(SCALES, key=lambda size: abs(size - remembered.scale))
        self.scale.setCurrentIndex(SCALES.index(near))
        self.motion.setChecked(remembered.reduce_motion)

    def on_shown(self) -> None:
        """Ask for the list of servers."""

        def work(office: Office, _say: object) -> object:
            return tuple(office.servers()), frozenset(office.doctors)

        self.bridge.call(work).then(self.show_servers)

    def show_servers(self, answer: tuple[tuple[ServerProfile, ...], set[str]]) -> None:
        """List the known servers."""
        profiles, watched = answer
        clear(self._list)
        if not profiles:
            self._list.addWidget(label(self.style_, "No server is kept.", muted=True))
        for index, profile in enumerate(profiles):
            if index:
                self._list.addWidget(line())
            self._list.addWidget(self._server(profile, profile.key in watched))

    def _server(self, profile: ServerProfile, watched: bool) -> QWidget:
        style = self.style_
        name = one_line(profile.name, 60)
        words = column(style, space=2)
        words.addWidget(Elided(style, name, bold=True))
        about = f"{profile.url} · {AUTH[profile.auth]}"
        words.addWidget(Elided(style, about, size=CAPTION, muted=True, middle=True))
        if watched:
            act = button(
                style,
                "Stop watching",
                lambda: self.closing_wanted.emit(profile.key),
                name=f"Stop watching {name}",
            )
        else:
            act = button(
                style,
                "Watch",
                lambda: self.server_chosen.emit(profile),
                name=f"Watch {name}",
            )
        gone = button(
            style,
            "Remove…",
            lambda: self.forgetting_wanted.emit(profile),
            role="quiet",
            name=f"Remove {name} from the list",
        )
        made = QWidget()
        body = row(style)
        body.addLayout(words, 1)
        body.addWidget(act)
        body.addWidget(gone)
        made.setLayout(body)
        return made


SHORTCUTS = (
    ("Ctrl+K", "Find an action"),
    ("Ctrl+1 … Ctrl+7", "Open a page"),
    ("F5", "Check everything"),
    ("Ctrl+Z", "Undo the last action"),
    ("Ctrl+Shift+E", "Emergency"),
    ("Ctrl+Tab", "Next server"),
    ("Ctrl+N", "Add a server"),
    ("Ctrl++ and Ctrl+-", "Larger, smaller"),
)
