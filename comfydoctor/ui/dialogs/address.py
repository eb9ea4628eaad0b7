"""An address typed by hand: tried step by step, each failure in plain words."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from comfydoctor.errors import LoginNeeded
from comfydoctor.model.server import AuthKind, ServerProfile
from comfydoctor.ui.bridge import Bridge
from comfydoctor.ui.call import Call
from comfydoctor.ui.needs import Examination, Office, Step
from comfydoctor.ui.theme import CAPTION, GAP, Level, Style
from comfydoctor.ui.widgets.button import button
from comfydoctor.ui.widgets.card import Card, clear, column, row
from comfydoctor.ui.widgets.choice import Choice
from comfydoctor.ui.widgets.expander import Expander
from comfydoctor.ui.widgets.icon import Icons
from comfydoctor.ui.widgets.label import Label, label, quote
from comfydoctor.ui.widgets.shape import Shape
from comfydoctor.ui.words import one_line, shown

KINDS = (
    (AuthKind.NONE, "No login"),
    (AuthKind.BASIC, "Name and password"),
    (AuthKind.BEARER, "Access token"),
)


class AddressCard(Card):
    """Field, login, steps, and what to do when it fails.

    Signals:
        opened: the `ServerProfile` that answered, and its secret.
    """

    opened = Signal(object, str)

    def __init__(self, style: Style, icons: Icons, bridge: Bridge) -> None:
        super().__init__(style)
        self._style, self._bridge = style, bridge
        self._call: Call | None = None
        self._pin = ""
        self.address = self._field("Address", "http://127.0.0.1:8188")
        self.address.returnPressed.connect(self.test)
        self.go = button(style, "Test and connect", self.test, role="primary")
        line = row(style)
        line.addWidget(self.address, 1)
        line.addWidget(self.go)
        self.body.addWidget(label(style, "Another address", bold=True))
        self.body.addLayout(line)
        self.body.addWidget(self._login(icons))
        self._steps = column(style, space=GAP)
        self.body.addLayout(self._steps)

    def _field(self, name: str, hint: str) -> QLineEdit:
        made = QLineEdit()
        made.setAccessibleName(name)
        made.setPlaceholderText(hint)
        made.setFont(self._style.font())
        made.setMaxLength(2000)
        return made

    def _login(self, icons: Icons) -> Expander:
        style = self._style
        self.login = Expander(style, icons, "Login and name")
        self.kind = Choice(style, "Kind of login")
        for kind, title in KINDS:
            self.kind.addItem(title, kind)
        self.user = self._field("User name", "Name")
        self.secret = self._field("Password or token", "Password or token")
        self.secret.setEchoMode(QLineEdit.EchoMode.Password)
        self.name = self._field("Name of the server", "How to call it here")
        for title, field in (
            ("Call it", self.name),
            ("Login", self.kind),
            ("Name", self.user),
            ("Secret", self.secret),
        ):
            said = label(style, title, muted=True)
            said.setMinimumWidth(style.px(64))
            line = row(style, said)
            line.addWidget(field, 1)
            self.login.inside.addLayout(line)
        kept = "The secret goes into this computer's keyring, and nowhere else."
        self.login.inside.addWidget(
            label(style, kept, size=CAPTION, muted=True, wrap=True)
        )
        self.kind.currentIndexChanged.connect(self._on_kind)
        self._on_kind()
        return self.login

    def _on_kind(self) -> None:
        kind = KINDS[self.kind.currentIndex()][0]
        self.user.setEnabled(kind is AuthKind.BASIC)
        self.secret.setEnabled(kind is not AuthKind.NONE)

    def profile(self) -> ServerProfile:
        """What the fields say."""
        url = self.address.text().strip() or self.address.placeholderText()
        name = one_line(self.name.text(), 80)
        kind = KINDS[self.kind.currentIndex()][0]
        return ServerProfile(
            name=name or url.partition("://")[2] or url,
            url=url,
            auth=kind,
            user=self.user.text().strip() if kind is AuthKind.BASIC else "",
            pinned_sha256=self._pin,
        )

    def test(self) -> None:
        """Try the address."""
        if self._call is not None:
            self._call.cancel()
            return
        profile, secret = self.profile(), self.secret.text()

        def work(office: Office, _say: object) -> object:
            return office.examine(profile, secret)

        clear(self._steps)
        self._steps.addWidget(label(self._style, "Trying…", muted=True))
        self.go.setText("Stop")
        self._call = self._bridge.call(work)
        self._call.then(lambda seen: self.on_examined(profile, seen), self._on_failed)
        self._call.ended.connect(self._on_ended)

    def _on_ended(self) -> None:
        self._call = None
        self.go.setText("Test and connect")

    def _on_failed(self, error: Exception) -> None:
        clear(self._steps)
        self._steps.addWidget(label(self._style, str(error), wrap=True))

    def on_examined(self, profile: ServerProfile, seen: Examination) -> None:
        """Show how far it went; open the server when it went all the way."""
        clear(self._steps)
        for step in seen.steps:
            self._steps.addWidget(self._step(step))
        if seen.info is not None and not seen.suggestion:
            self.opened.emit(profile, self.secret.text())
            return
        self._offer(seen)

    def _step(self, step: Step) -> QWidget:
        style = self._style
        shape = Shape(style, Level.OK if step.ok else Level.ERROR)
        shape.setAccessibleName("In order" if step.ok else "Failed")
        words = column(style, space=2)
        said: Label = label(style, shown(step.text, 400), bold=not step.ok, wrap=True)
        words.addWidget(said)
        if step.advice:
            words.addWidget(label(style, shown(step.advice, 600), wrap=True))
        made = QWidget()
        line = row(style, shape, space=12)
        line.addLayout(words, 1)
        made.setLayout(line)
        return made

    def _offer(self, seen: Examination) -> None:
        style = self._style
        if seen.suggestion:
            text = f"Try {one_line(seen.suggestion, 80)}"
            go = button(style, text, lambda: self._take(seen.suggestion))
            self._steps.addLayout(row(style, go, None))
        if seen.fingerprint:
            said = "Compare this fingerprint with the server's before you trust it:"
            self._steps.addWidget(label(style, said, muted=True, wrap=True))
            self._steps.addWidget(quote(style, seen.fingerprint, lines=2))
            pin = button(
                style,
                "Trust this certificate from now on",
                lambda: self._trust(seen.fingerprint),
            )
            self._steps.addLayout(row(style, pin, None))
        if isinstance(seen.error, LoginNeeded):
            self.login.open()
            self.kind.setFocus()

    def _take(self, url: str) -> None:
        self.address.setText(url)
        self.test()

    def _trust(self, fingerprint: str) -> None:
        self._pin = fingerprint
        self.test()
