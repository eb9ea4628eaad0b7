"""One finding: what it is, how sure we are, what to do, and the evidence below."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from comfydoctor.model.finding import Confidence, Finding, FixRef, Severity
from comfydoctor.ui.theme import CAPTION, EMPHASIS, GAP, GRID, Level, Style
from comfydoctor.ui.verdict import weight
from comfydoctor.ui.widgets.badge import Badge
from comfydoctor.ui.widgets.button import button
from comfydoctor.ui.widgets.card import Card, inset, row
from comfydoctor.ui.widgets.expander import Expander
from comfydoctor.ui.widgets.icon import Icons
from comfydoctor.ui.widgets.label import label, quote, selectable
from comfydoctor.ui.words import ago, count, one_line, shown

SEVERITY: dict[Severity, Level] = {
    Severity.INFO: Level.INFO,
    Severity.WARNING: Level.WARNING,
    Severity.ERROR: Level.ERROR,
    Severity.CRITICAL: Level.CRITICAL,
}
SURE: dict[Confidence, str] = {
    Confidence.CERTAIN: "Certain",
    Confidence.LIKELY: "Likely",
    Confidence.POSSIBLE: "Possible",
    Confidence.NOT_KNOWN: "Not known how sure",
}
SHOWN_EVIDENCE = 6


class FindingCard(Card):
    """A finding with its buttons.

    Signals:
        fix_wanted: the `Finding` and the `FixRef` whose button was pressed.
        ignore_wanted: key of the finding.
    """

    fix_wanted = Signal(object, object)
    ignore_wanted = Signal(str)

    def __init__(
        self, style: Style, icons: Icons, finding: Finding, now: float
    ) -> None:
        super().__init__(style)
        self.finding = finding
        self._style, self._icons = style, icons
        self.setAccessibleName(
            f"{finding.severity.word}: {one_line(finding.title)}, "
            f"{finding.confidence.word}"
        )
        self._since = label(style, size=CAPTION, muted=True)
        self._add_head()
        self._add_words()
        self._guides = self._add_fixes()
        self.evidence = self._add_evidence()
        self.tick(now)

    def tick(self, now: float) -> None:
        """Say since when, as of now."""
        said = SURE[self.finding.confidence]
        if self.finding.since:
            said += f" · since {ago(self.finding.since, now)}"
        if self.finding.count > 1:
            said += f" · seen {self.finding.count} times"
        self._since.setText(said)

    def _add_head(self) -> None:
        style = self._style
        badge = Badge(style, SEVERITY[self.finding.severity])
        title = label(
            style, one_line(self.finding.title), size=EMPHASIS, bold=True, wrap=True
        )
        head = row(style, badge, space=12)
        head.addWidget(title, 1)
        head.setAlignment(badge, Qt.AlignmentFlag.AlignVCenter)
        ignore = button(
            style,
            "Ignore",
            lambda: self.ignore_wanted.emit(self.finding.key),
            role="quiet",
            name=f"Ignore {one_line(self.finding.title)}",
            tip="Do not show this one again until the server's version changes",
        )
        head.addWidget(ignore)
        self.body.addLayout(head)

    def _add_words(self) -> None:
        if self.finding.explanation:
            said = label(self._style, shown(self.finding.explanation, 800), wrap=True)
            self.body.addWidget(said)
        self.body.addWidget(self._since)

    def _add_fixes(self) -> QWidget | None:
        pressable = [fix for fix in self.finding.fixes if fix.id]
        guides = [fix for fix in self.finding.fixes if not fix.id]
        if pressable:
            buttons = [self._fix_button(fix, i == 0) for i, fix in enumerate(pressable)]
            self.body.addLayout(row(self._style, *buttons, None))
        if not guides:
            return None
        title = "What you can do" if not pressable else "Other ways"
        opened = not pressable
        part = Expander(self._style, self._icons, title, opened=opened)
        for fix in guides[:8]:
            part.inside.addWidget(self._guide(fix))
        self.body.addWidget(part)
        return part

    def _fix_button(self, fix: FixRef, first: bool) -> QPushButton:
        title = one_line(fix.title, 60).rstrip("….")
        return button(
            self._style,
            f"{title}…",
            lambda: self.fix_wanted.emit(self.finding, fix),
            role="primary" if first else "",
            tip=fix.detail,
        )

    def _guide(self, fix: FixRef) -> QWidget:
        ground, body = inset(self._style)
        body.addWidget(label(self._style, one_line(fix.title), bold=True, wrap=True))
        if fix.detail:
            detail = label(self._style, shown(fix.detail, 1200), wrap=True)
            selectable(detail)
            body.addWidget(detail)
        return ground

    def _add_evidence(self) -> Expander | None:
        proofs = self.finding.evidence
        if not proofs and not self.finding.technical:
            return None
        title = f"Evidence ({len(proofs)})" if proofs else "Technical"
        part = Expander(self._style, self._icons, title)
        if self.finding.technical:
            said = label(self._style, shown(self.finding.technical, 1000), wrap=True)
            selectable(said)
            part.inside.addWidget(said)
        for proof in proofs[:SHOWN_EVIDENCE]:
            where = proof.source
            if proof.line is not None:
                where += f", line {proof.line}"
            part.inside.addWidget(label(self._style, where, size=CAPTION, muted=True))
            part.inside.addWidget(quote(self._style, proof.text))
        left = len(proofs) - SHOWN_EVIDENCE
        if left > 0:
            part.inside.addWidget(
                label(self._style, f"And {count(left, 'more place')}.", muted=True)
            )
        self.body.addWidget(part)
        return part


class FindingList(QWidget):
    """Open findings, worst first; cards stay themselves while a finding is the same.

    A card takes some milliseconds to make and the page as many to give it room, so
    there is one new card in each turn of the loop.

    Signals: those of its cards.
    """

    fix_wanted = Signal(object, object)
    ignore_wanted = Signal(str)

    def __init__(self, style: Style, icons: Icons) -> None:
        super().__init__()
        self._style, self._icons = style, icons
        self._cards: dict[str, FindingCard] = {}
        self._wanted: dict[str, Finding] = {}
        self._now = 0.0
        self._coming = QTimer(self, singleShot=True, interval=0)
        self._coming.timeout.connect(self._go_on)
        self._body = QVBoxLayout(self)
        self._body.setContentsMargins(0, 0, 0, 0)
        self._body.setSpacing(style.px(GRID + GAP))

    def show_findings(self, findings: tuple[Finding, ...], now: float) -> None:
        """Show exactly these: the worst at once, the others soon."""
        self._wanted, self._now = {f.key: f for f in sorted(findings, key=weight)}, now
        for key in [key for key in self._cards if key not in self._wanted]:
            self._drop(key)
        if not self._coming.isActive():
            self._go_on()
        self.setVisible(bool(self._wanted))

    def cards(self) -> list[FindingCard]:
        """The cards, in their order; those still to come are made now."""
        while self._coming.isActive():
            self._go_on()
        return [self._cards[key] for key in self._wanted]

    def _go_on(self) -> None:
        """Put the cards into their order, up to the second that has to be made."""
        self._coming.stop()
        made = 0
        for place, finding in enumerate(self._wanted.values()):
            known = self._cards.get(finding.key)
            if known is None or not _same(known.finding, finding):
                if made:
                    self._coming.start()
                    return
                made += 1
            card = self._card(finding, self._now)
            if self._body.indexOf(card) != place:
                self._body.insertWidget(place, card)

    def _drop(self, key: str) -> bool:
        card = self._cards.pop(key)
        opened = card.evidence is not None and card.evidence.opened
        self._body.removeWidget(card)
        card.hide()
        card.deleteLater()
        return opened

    def _card(self, finding: Finding, now: float) -> FindingCard:
        known = self._cards.get(finding.key)
        if known is not None and _same(known.finding, finding):
            known.tick(now)
            return known
        opened = self._drop(finding.key) if known is not None else False
        card = FindingCard(self._style, self._icons, finding, now)
        card.fix_wanted.connect(self.fix_wanted)
        card.ignore_wanted.connect(self.ignore_wanted)
        if opened and card.evidence is not None:
            card.evidence.open()
        self._cards[finding.key] = card
        return card


def _same(one: Finding, other: Finding) -> bool:
    """Whether a card for ``one`` still tells the truth of ``other``."""
    return (one.title, one.severity, one.confidence, one.evidence, one.fixes) == (
        other.title,
        other.severity,
        other.confidence,
        other.evidence,
        other.fixes,
    ) and (one.explanation, one.technical) == (other.explanation, other.technical)
