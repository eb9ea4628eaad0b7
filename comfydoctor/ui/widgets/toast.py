"""A short message above the lower edge, with at most one action."""

from collections.abc import Callable

from PySide6.QtCore import QEasingCurve, QEvent, QObject, QPropertyAnimation, QTimer
from PySide6.QtWidgets import QFrame, QGraphicsOpacityEffect, QPushButton, QWidget

from comfydoctor.ui.theme import GRID, MOTION_MS, Level, Style
from comfydoctor.ui.widgets.button import button
from comfydoctor.ui.widgets.card import row
from comfydoctor.ui.widgets.label import label
from comfydoctor.ui.widgets.shape import Shape

STAY_MS = 6000


class Toast(QFrame):
    """One at a time; a newer one takes its place. Errors stay until closed."""

    def __init__(self, style: Style, over: QWidget) -> None:
        super().__init__(over)
        self._style, self._over = style, over
        self.setObjectName("card")
        self._shape = Shape(style, Level.OK)
        self._said = label(style, wrap=True)
        self._said.setMaximumWidth(style.px(480))
        self._act: Callable[[], object] | None = None
        self._button = button(style, "Undo", self._on_act, role="quiet")
        self._close: QPushButton = button(style, "Close", self.leave, role="quiet")
        parts = (self._shape, self._said, self._button, self._close)
        self.setLayout(row(style, *parts, pad=GRID))
        self._timer = QTimer(self, singleShot=True, interval=STAY_MS)
        self._timer.timeout.connect(self.leave)
        over.installEventFilter(self)
        self.hide()

    def say(
        self,
        text: str,
        level: Level = Level.OK,
        action: str = "",
        act: Callable[[], object] | None = None,
    ) -> None:
        """Show a message; one with an action stays twice as long."""
        self._said.setText(text)
        wide = self._said.fontMetrics().horizontalAdvance(self._said.text()) + 8
        self._said.setMinimumWidth(min(wide, self._style.px(400)))
        self._shape.set_level(level)
        self._act = act
        self._button.setVisible(act is not None)
        self._button.setText(action)
        self._button.setAccessibleName(action)
        self.setAccessibleName(text)
        self._timer.stop()
        if level in {Level.OK, Level.INFO}:
            self._timer.start(2 * STAY_MS if act else STAY_MS)
        self._place()
        self.raise_()
        self.show()
        if not self._style.reduce_motion:
            self._fade_in()

    def leave(self) -> None:
        """Take the message away."""
        self._timer.stop()
        self.hide()

    def _on_act(self) -> None:
        act = self._act
        self.leave()
        if act is not None:
            act()

    def _fade_in(self) -> None:
        effect = QGraphicsOpacityEffect(self)
        self.setGraphicsEffect(effect)
        fade = QPropertyAnimation(effect, b"opacity", self)
        fade.setDuration(MOTION_MS)
        fade.setStartValue(0.0)
        fade.setEndValue(1.0)
        fade.setEasingCurve(QEasingCurve.Type.OutCubic)
        fade.start(QPropertyAnimation.DeletionPolicy.DeleteWhenStopped)

    def _place(self) -> None:
        room = self._over.rect()
        self.setMaximumWidth(max(1, room.width() - self._style.px(2 * GRID)))
        self.adjustSize()
        left = (room.width() - self.width()) // 2
        self.move(left, room.height() - self.height() - self._style.px(40))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Stay in place when the window changes its size."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)
