"""The parts: plain labels, shapes, icons, curves, grids."""

import importlib.util
import json
import math
from pathlib import Path

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QWidget

from comfydoctor.model.finding import Severity
from comfydoctor.model.job import JobState
from comfydoctor.model.metric import Sample
from comfydoctor.model.probe import Outcome
from comfydoctor.ui.pages import PAGES
from comfydoctor.ui.panels.probes import OUTCOME
from comfydoctor.ui.readings import KEPT, Readings
from comfydoctor.ui.theme import Level, Style
from comfydoctor.ui.widgets.badge import Badge
from comfydoctor.ui.widgets.button import button, tool
from comfydoctor.ui.widgets.expander import Expander
from comfydoctor.ui.widgets.finding import SEVERITY
from comfydoctor.ui.widgets.flow import Flow
from comfydoctor.ui.widgets.icon import GLYPHS, Icons, font_file
from comfydoctor.ui.widgets.job import JOB
from comfydoctor.ui.widgets.label import BREAK, Elided, Label, label, quote, selectable
from comfydoctor.ui.widgets.meter import Meter
from comfydoctor.ui.widgets.shape import paint_shape
from comfydoctor.ui.widgets.sparkline import Sparkline

STYLE = Style()


def test_a_label_is_plain_and_capped(qtbot):
    made = Label("<b>x</b>")
    qtbot.addWidget(made)
    assert made.textFormat() is Qt.TextFormat.PlainText
    assert made.text() == "<b>x</b>"
    made.setText("x" * 100_000)
    assert len(made.text()) == 2000


def test_an_elided_label_tells_readers_all_of_it(qtbot):
    made = Elided(STYLE, "a very long name " * 5)
    qtbot.addWidget(made)
    made.resize(40, 20)
    assert made.accessibleName().startswith("a very long name a very")


def test_a_quote_shows_at_most_some_lines(qtbot):
    made = quote(STYLE, "line\n" * 100)
    qtbot.addWidget(made)
    assert made.text().count("\n") == 11


def test_every_state_has_a_shape_and_a_word():
    assert set(SEVERITY) == set(Severity)
    assert set(OUTCOME) == set(Outcome)
    assert set(JOB) == set(JobState)


def drawn(level):
    image = QImage(24, 24, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    paint_shape(painter, level, QRectF(2, 2, 20, 20), QColor("black"))
    painter.end()
    return bytes(image.constBits())


def test_levels_differ_without_any_colour(qapp):
    assert len({drawn(level) for level in Level}) == len(Level)


def test_a_badge_says_its_word(qtbot):
    made = Badge(STYLE, Level.WARNING)
    qtbot.addWidget(made)
    assert made.accessibleName() == "Warning"


def test_icons_are_those_that_qtawesome_names(qapp):
    folder = Path(importlib.util.find_spec("qtawesome").submodule_search_locations[0])
    table = next((folder / "fonts").glob("materialdesignicons6-webfont-charmap-*"))
    known = json.loads(table.read_text(encoding="utf-8"))
    for name, glyph in GLYPHS.items():
        assert int(known[name], 16) == glyph, name
    assert {page.icon for page in PAGES} <= set(GLYPHS)


def test_an_icon_is_drawn_once_the_font_is_loaded(qapp):
    icons = Icons(STYLE)
    blank = icons.pixmap("server").toImage()
    assert font_file() is not None
    assert icons.load()
    assert icons.pixmap("server").toImage() != blank
    assert icons.pixmap("server").deviceIndependentSize() == blank.size() / 3


def test_a_gap_in_a_sparkline_is_a_gap(qtbot):
    made = Sparkline(STYLE, QColor("red"))
    qtbot.addWidget(made)
    made.resize(200, 40)
    times = [70.0, 71.0, 72.0, 100.0, 101.0, 102.0]
    made.show_points(times, [1.0, math.nan, 3.0, 4.0, 5.0, 6.0], 103.0, 10.0)
    assert [len(run) for run in made._runs()] == [1, 1, 3]
    made.grab()


def test_a_meter_without_a_value_says_not_known(qtbot):
    made = Meter(STYLE, "Progress")
    qtbot.addWidget(made)
    assert made.accessibleName() == "Progress: not known"
    made.set_share(0.5)
    assert made.accessibleName() == "Progress: 50\u202f%"


@pytest.mark.parametrize(("width", "columns"), [(700, 4), (520, 2), (200, 1)])
def test_a_flow_takes_the_columns_that_fit_and_leaves_none_over(qtbot, width, columns):
    made = Flow(STYLE, 150)
    qtbot.addWidget(made)
    made.set_items([QWidget() for _ in range(4)])
    made.resize(width, 300)
    made.show()
    assert made._columns == columns


def test_an_expander_tells_its_state(qtbot):
    made = Expander(STYLE, Icons(STYLE), "Evidence")
    qtbot.addWidget(made)
    assert made.head.accessibleName() == "Evidence, closed"
    made.head.click()
    assert made.head.accessibleName() == "Evidence, opened"


def test_readings_are_bounded_ordered_and_honest():
    readings = Readings()
    readings.take(Sample("m", float(i), i, "a") for i in range(2 * KEPT))
    series = readings.series("m", "a")
    assert len(series.times) == KEPT
    readings.take([Sample("m", 5.0, 1.0, "a")])
    assert series.last == 2 * KEPT - 1
    assert math.isnan(readings.last("nothing"))
    readings.series("m", "b")
    assert readings.subjects("m") == ("a",)


def test_older_readings_are_put_before():
    readings = Readings()
    readings.take([Sample("m", 10.0, 1.0)])
    readings.series("m").fill([8.0, 9.0, 10.0], [5.0, 6.0, 7.0])
    assert list(readings.series("m").values) == [5.0, 6.0, 1.0]


def test_a_flow_can_leave_some_out(qtbot):
    made = Flow(STYLE, 100)
    qtbot.addWidget(made)
    parts = [QWidget() for _ in range(4)]
    made.set_items(parts)
    made.resize(1000, 100)
    made.show()
    made.choose(parts[2:])
    assert [part.isVisible() for part in parts] == [False, False, True, True]
    made.choose(parts[:2])
    assert [part.isVisible() for part in parts] == [True, True, False, False]
    assert made.items() == parts


def test_an_endless_word_is_broken_where_nobody_copies_it(qtbot):
    word = "Grafikspeicherzuweisungsfehlerbehandlungsroutine"
    made = label(STYLE, f"short {word}", wrap=True)
    qtbot.addWidget(made)
    assert made.text().replace(BREAK, "") == f"short {word}"
    assert BREAK in made.text()
    assert BREAK not in selectable(made).text()
    assert BREAK not in quote(STYLE, word).text()


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_return_presses_a_button(qtbot, key):
    pressed = []
    made = button(STYLE, "Free it", lambda: pressed.append(key))
    bar = tool(STYLE, "Now")
    bar.clicked.connect(lambda: pressed.append("bar"))
    for part in (made, bar):
        qtbot.addWidget(part)
        part.show()
        qtbot.keyClick(part, key)
    assert pressed == [key, "bar"]
