"""A chart stands still while time goes on, and is read by mouse, keys and words."""

import html

import numpy as np
import pytest
from PySide6.QtCore import Qt

from comfydoctor.model.metric import METRICS
from comfydoctor.ui.charts.chart import Chart
from comfydoctor.ui.theme import Style
from tests.ui.examples import NOW

LOAD = next(metric for metric in METRICS if metric.id == "gpu.load")


@pytest.fixture
def chart(qtbot):
    made = Chart(Style(), LOAD)
    qtbot.addWidget(made)
    made.resize(600, 240)
    made.show()
    return made


def draw(chart, *subjects, seconds=300):
    times = NOW - seconds + np.arange(float(seconds))
    chart.begin()
    for index, subject in enumerate(subjects):
        values = np.linspace(0, 50 + index, seconds)
        chart.show_data(subject, times, values, NOW, index)
    chart.finish()


def test_the_words_are_the_accessible_name(chart):
    draw(chart, "gpu0")
    assert chart.accessibleName() == chart.words.text()
    assert "GPU load" in chart.words.text()
    assert chart.value.text() == "50\u202f%"


def test_the_axes_do_not_move_while_readings_come(chart):
    draw(chart, "gpu0")
    before = chart.plot.getViewBox().viewRange()
    draw(chart, "gpu0", seconds=301)
    assert chart.plot.getViewBox().viewRange() == before


def test_eight_cards_are_told_apart_by_colour_and_dash(chart):
    draw(chart, *(f"gpu{i}" for i in range(8)))
    pens = [curve.opts["pen"] for curve in chart._curves.values()]
    looks = {(pen.color().name(), pen.style()) for pen in pens}
    assert len(looks) == 8
    assert "8 curves" in chart.words.text()


def test_a_subject_that_is_gone_disappears(chart):
    draw(chart, "gpu0", "gpu1")
    draw(chart, "gpu0")
    assert not chart._curves["gpu1"].isVisible()
    assert "curves" not in chart.words.text()


def test_left_and_right_move_the_crosshair_and_escape_takes_it_away(chart, qtbot):
    draw(chart, "gpu0")
    chart.pointed.connect(chart.point_at)
    qtbot.keyClick(chart, Qt.Key.Key_Left)
    assert chart.value.text().startswith("5.0\u202fs ago: 49")
    qtbot.keyClick(chart, Qt.Key.Key_Escape)
    assert chart.value.text() == "50\u202f%"


def test_a_hostile_name_is_escaped(chart):
    name = "<img src='file:///x'>"
    draw(chart, name)
    assert chart._curves[name].name() == html.escape(name)
