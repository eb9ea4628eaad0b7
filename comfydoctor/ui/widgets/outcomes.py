"""What came of a workflow's runs, as a row of shapes."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter

from comfydoctor.model.job import JobState
from comfydoctor.ui.theme import Level, Style
from comfydoctor.ui.widgets.shape import paint_shape

LEVELS: dict[JobState, Level] = {
    JobState.SUCCEEDED: Level.OK,
    JobState.FAILED: Level.ERROR,
    JobState.INTERRUPTED: Level.WARNING,
}
WORDS: dict[JobState, str] = {
    JobState.SUCCEEDED: "ran well",
    JobState.FAILED: "failed",
    JobState.INTERRUPTED: "was stopped",
}
SIDE, STEP = 8, 12


def outcomes_width(style: Style, count: int) -> int:
    """Room that so many shapes need."""
    return style.px(STEP) * count


def paint_outcomes(
    painter: QPainter, style: Style, states: Sequence[JobState], left: int, middle: int
) -> None:
    """Oldest first, the newest at the right."""
    side, step = style.px(SIDE), style.px(STEP)
    for place, state in enumerate(states):
        level = LEVELS.get(state, Level.UNKNOWN)
        box = QRectF(left + place * step, middle - side / 2, side, side)
        paint_shape(painter, level, box, QColor(style.colours.level(level)))


def outcomes_words(states: Sequence[JobState]) -> str:
    """For screen readers and tips: ``last 3 runs: ran well, failed, ran well``."""
    if not states:
        return "no run known"
    said = ", ".join(WORDS.get(state, "outcome not known") for state in states)
    return f"last {len(states)} runs: {said}" if len(states) > 1 else f"last run {said}"
