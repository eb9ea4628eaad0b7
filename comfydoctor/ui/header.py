"""The bar on top: which server, how it is, and the way out of an emergency."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QColor, QIcon, QPainter, QPixmap, QResizeEvent
from PySide6.QtWidgets import QFrame, QMenu, QToolButton

from comfydoctor.model.server import ServerProfile
from comfydoctor.model.snapshot import Snapshot
from comfydoctor.ui.numbers import TEXT_BESIDE_ICON, TEXT_ONLY, clear
from comfydoctor.ui.theme import GAP, GRID, HEADER_HEIGHT, Level, Style
from comfydoctor.ui.verdict import Verdict, verdict
from comfydoctor.ui.wards import Wards
from comfydoctor.ui.widgets.badge import Badge, Simulated
from comfydoctor.ui.widgets.button import ROOM, button, tool
from comfydoctor.ui.widgets.card import row
from comfydoctor.ui.widgets.icon import Icons
from comfydoctor.ui.widgets.label import Elided
from comfydoctor.ui.widgets.shape import paint_shape
from comfydoctor.ui.widgets.tooltip import set_tip
from comfydoctor.ui.words import button_text, device_name, one_line

EMERGENCY = "Emergency"
NARROW = 600


class Header(QFrame):
    """Server switcher, description, verdict, emergency.

    Signals:
        server_chosen: key of a server.
        adding_wanted: another server is to be added.
        emergency_wanted: the emergency button.
    """

    server_chosen = Signal(str)
    adding_wanted = Signal()
    emergency_wanted = Signal()

    def __init__(self, style: Style, icons: Icons) -> None:
        super().__init__()
        self.setObjectName("header")
        self.setFixedHeight(style.px(HEADER_HEIGHT))
        self._style, self._icons = style, icons
        self._wards: Wards | None = None
        self._now = 0.0
        self.switch = self._switcher()
        self.about = Elided(style, muted=True)
        self.simulated = Simulated(style)
        self.badge = Badge(style, Level.UNKNOWN, "No server")
        self.emergency = button(
            style,
            EMERGENCY,
            self.emergency_wanted.emit,
            role="danger",
            tip="Stop, clear or free what blocks everything (Ctrl+Shift+E)",
        )
        self._body = body = row(style, self.switch, space=GRID + 4)
        body.addWidget(self.about, 1)
        for part in (self.simulated, self.badge, self.emergency):
            body.addWidget(part)
        body.setContentsMargins(style.px(GRID), 0, style.px(2 * GRID), 0)
        self.setLayout(body)
        self.simulated.hide()
        self.refresh_icons()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Leave away what a narrow window has no room for."""
        super().resizeEvent(event)
        narrow = self.width() < self._style.px(NARROW)
        self.about.setVisible(not narrow)
        self.switch.setProperty(
            "toolButtonStyle", TEXT_ONLY if narrow else TEXT_BESIDE_ICON
        )
        self._body.setSpacing(self._style.px(GAP if narrow else GRID + GAP))
        words = EMERGENCY if not narrow else ""
        if self.emergency.text().strip(ROOM) != words:
            self.emergency.setText(ROOM + words if words else "")

    def _switcher(self) -> QToolButton:
        made = tool(self._style, "Choose a server", tip="Switch servers (Ctrl+Tab)")
        made.setProperty("toolButtonStyle", TEXT_BESIDE_ICON)
        made.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        made.setFont(self._style.font(15, bold=True))
        self._menu = QMenu(made)
        self._menu.setFont(self._style.font())
        self._menu.aboutToShow.connect(self._fill_menu)
        made.setMenu(self._menu)
        return made

    def refresh_icons(self) -> None:
        """The icon font has come."""
        self.switch.setIcon(self._icons.icon("server", "muted"))
        icon = self._icons.icon("alert-octagon-outline", "error")
        self.emergency.setIcon(icon)

    def show_wards(self, wards: Wards, now: float) -> None:
        """Renew name, description, verdict and the menu of servers."""
        current = wards.current
        self._wards, self._now = wards, now
        if current is None:
            self.switch.setText("Choose a server")
            self.about.set_text("")
            self.badge.set_level(Level.UNKNOWN, "No server")
            self.simulated.hide()
            return
        snapshot = current.snapshot
        name = one_line(snapshot.profile.name, 32)
        self.switch.setText(f"{button_text(name)}  ▾")
        self.switch.setAccessibleName(f"Server {name}. Switch servers")
        self.about.set_text(describe(snapshot))
        set_tip(self.about, snapshot.profile.url)
        said = verdict(snapshot, now)
        self.badge.set_level(said.level, said.words)
        self.simulated.setVisible(is_simulated(snapshot))
        worst = snapshot.worst
        self._alarm(worst is not None and worst.name == "CRITICAL")

    def _alarm(self, on: bool) -> None:
        if bool(self.emergency.property("alarm")) != on:
            self.emergency.setProperty("alarm", on)
            self.emergency.style().polish(self.emergency)

    def _fill_menu(self) -> None:
        """Made when it opens; nobody sees it before."""
        self._menu.clear()
        for ward in self._wards or ():
            said = verdict(ward.snapshot, self._now)
            self._add_server(ward.profile, said, ward.profile.key == self._wards_key())
        if len(self._menu.actions()):
            self._menu.addSeparator()
        self._menu.addAction("Add a server, or open the demo…", self.adding_wanted.emit)

    def _wards_key(self) -> str:
        return self._wards.key if self._wards is not None else ""

    def _add_server(self, profile: ServerProfile, said: Verdict, current: bool) -> None:
        text = f"{one_line(profile.name, 40)} – {said.words}"
        action = QAction(button_text(text, 90), self._menu)
        action.setIcon(shape_icon(self._style, said.level))
        action.setCheckable(True)
        action.setChecked(current)
        action.triggered.connect(lambda: self.server_chosen.emit(profile.key))
        self._menu.addAction(action)


def shape_icon(style: Style, level: Level) -> QIcon:
    """A level's shape for menus and lists."""
    side = style.px(14)
    pixmap = QPixmap(side * 3, side * 3)
    pixmap.setDevicePixelRatio(3.0)
    pixmap.fill(clear())
    painter = QPainter(pixmap)
    box = pixmap.rect().toRectF()
    box.setSize(box.size() / 3.0)
    inset = style.px(2)
    colour = QColor(style.colours.level(level))
    paint_shape(painter, level, box.adjusted(inset, inset, -inset, -inset), colour)
    painter.end()
    return QIcon(pixmap)


def is_simulated(snapshot: Snapshot) -> bool:
    """Whether what is shown comes from our own simulator."""
    return bool(snapshot.info and snapshot.info.simulated)


def describe(snapshot: Snapshot) -> str:
    """``ComfyUI 0.33.0 · RTX 4090``, as far as it is known."""
    info = snapshot.info
    if info is None:
        return one_line(snapshot.profile.url, 120)
    parts = [f"ComfyUI {one_line(info.version, 20) or '(version not told)'}"]
    names = [device_name(device.name) for device in info.devices]
    if len(names) > 1 and len(set(names)) == 1:
        parts.append(f"{len(names)} × {names[0]}")
    elif names:
        parts.append(", ".join(names[:3]))
    return " · ".join(parts)
