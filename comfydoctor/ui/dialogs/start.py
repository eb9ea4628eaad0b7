"""The start: servers found on this computer, an address, or the demo."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from comfydoctor.model.server import FoundServer, ServerProfile
from comfydoctor.ui.bridge import Bridge
from comfydoctor.ui.dialogs.address import AddressCard
from comfydoctor.ui.dialogs.dialog import Dialog
from comfydoctor.ui.needs import Office, Scenario
from comfydoctor.ui.theme import CAPTION, GRID, Style
from comfydoctor.ui.widgets.badge import Simulated
from comfydoctor.ui.widgets.button import button, iconed
from comfydoctor.ui.widgets.card import Card, clear, column, line, row
from comfydoctor.ui.widgets.choice import Choice
from comfydoctor.ui.widgets.icon import Icons
from comfydoctor.ui.widgets.label import Elided, label
from comfydoctor.ui.widgets.skeleton import Skeleton
from comfydoctor.ui.words import one_line, shown

INTRO = (
    "ComfyDoctor watches a ComfyUI, says in plain words what is wrong, and puts it "
    "right. It changes nothing without showing you first."
)
NONE_FOUND = (
    "No ComfyUI was found on this computer. If it is starting, wait until its console "
    "says “To see the GUI go to”, then search again."
)


class StartDialog(Dialog):
    """Closes with a server taken under care, or by the person.

    Signals:
        opened: a `ServerProfile` and its secret.
        demo_wanted: id of a scenario.
    """

    opened = Signal(object, str)
    demo_wanted = Signal(str)

    def __init__(
        self, style: Style, parent: QWidget, icons: Icons, bridge: Bridge
    ) -> None:
        super().__init__(style, parent, "Which ComfyUI shall I look after?", wide=640)
        self._icons, self._bridge = icons, bridge
        self._scenarios: tuple[Scenario, ...] = ()
        self.body.addWidget(label(style, INTRO, muted=True, wrap=True))
        self.body.addWidget(self._found())
        self.address = AddressCard(style, icons, bridge)
        self.address.opened.connect(self._on_opened)
        self.body.addWidget(self.address)
        self.body.addWidget(self._demo())
        self.body.addStretch(1)
        self.buttons.addWidget(button(style, "Close", self.reject))
        self.fit()
        self.search_again()
        bridge.call(lambda office, _say: tuple(office.scenarios())).then(
            self.show_scenarios
        )

    # Found servers.

    def _found(self) -> Card:
        card = Card(self.style_)
        self.again = button(
            self.style_, "Search again", self.search_again, role="quiet"
        )
        iconed(self.again, self._icons, "refresh", "muted")
        title = label(self.style_, "On this computer", bold=True)
        card.body.addLayout(row(self.style_, title, None, self.again))
        self._list = column(self.style_, space=GRID)
        card.body.addLayout(self._list)
        return card

    def search_again(self) -> None:
        """Look for servers on this computer."""
        clear(self._list)
        self._list.addWidget(Skeleton(self.style_, 0.6, name="Searching"))
        self.again.setEnabled(False)

        def work(office: Office, _say: object) -> object:
            return office.find_servers()

        self._bridge.call(work).then(self.show_found, self._on_search_failed)

    def _on_search_failed(self, error: Exception) -> None:
        self.show_found(())
        self._list.addWidget(label(self.style_, str(error), muted=True, wrap=True))

    def show_found(self, found: Sequence[FoundServer]) -> None:
        """List them; the first one's button takes the keyboard."""
        clear(self._list)
        self.again.setEnabled(True)
        if not found:
            self._list.addWidget(label(self.style_, NONE_FOUND, muted=True, wrap=True))
        real_first = sorted(found, key=lambda one: "simulated" in one.extras)
        for place, server in enumerate(real_first):
            if place:
                self._list.addWidget(line())
            self._list.addWidget(self._server(server, first=place == 0))
        self.fit()

    def _server(self, server: FoundServer, *, first: bool) -> QWidget:
        style = self.style_
        version = one_line(server.version, 20)
        name = f"ComfyUI {version}" if version else "ComfyUI"
        words = column(style, space=2)
        words.addWidget(Elided(style, f"{name} at {server.url}", bold=True))
        words.addWidget(Elided(style, server.how, size=CAPTION, muted=True))
        go = button(
            style,
            "Watch",
            lambda: self._on_found(server),
            role="primary" if first else "",
            name=f"Watch {server.url}",
        )
        made = QWidget()
        body = row(style)
        body.addLayout(words, 1)
        if "simulated" in server.extras:
            body.addWidget(Simulated(style))
        body.addWidget(go)
        made.setLayout(body)
        if first:
            go.setFocus()
        return made

    def _on_found(self, server: FoundServer) -> None:
        name = server.url.partition("://")[2] or server.url
        self._on_opened(ServerProfile(one_line(name, 80), server.url), "")

    def _on_opened(self, profile: ServerProfile, secret: str) -> None:
        self.opened.emit(profile, secret)
        self.accept()

    # The demo.

    def _demo(self) -> Card:
        style = self.style_
        card = Card(style)
        title = label(style, "Just look around", bold=True)
        card.body.addLayout(row(style, title, None, Simulated(style)))
        said = (
            "The demo runs a simulated ComfyUI on this computer. It needs no graphics "
            "card and changes nothing."
        )
        card.body.addWidget(label(style, said, muted=True, wrap=True))
        self.scenario = Choice(style, "Situation to show")
        self.start = button(style, "Open the demo", self._on_demo)
        self.start.setEnabled(False)
        choice = row(style)
        choice.addWidget(self.scenario, 1)
        choice.addWidget(self.start)
        card.body.addLayout(choice)
        self.about = label(style, "", muted=True, wrap=True)
        card.body.addWidget(self.about)
        self.scenario.currentIndexChanged.connect(self._on_scenario)
        return card

    def show_scenarios(self, scenarios: Sequence[Scenario]) -> None:
        """Fill the list of situations."""
        self._scenarios = tuple(scenarios)
        self.scenario.clear()
        for scenario in self._scenarios:
            self.scenario.addItem(one_line(scenario.title, 80))
        self.start.setEnabled(bool(self._scenarios))

    def _on_scenario(self, place: int) -> None:
        if 0 <= place < len(self._scenarios):
            self.about.setText(shown(self._scenarios[place].summary, 400))
            self.fit()

    def _on_demo(self) -> None:
        place = self.scenario.currentIndex()
        if 0 <= place < len(self._scenarios):
            self.demo_wanted.emit(self._scenarios[place].id)
            self.accept()
