"""The console: bounded, quick with monstrous lines, easy to copy."""

import time

import pytest

from comfydoctor.model.logline import LogLine
from comfydoctor.ui.theme import Style
from comfydoctor.ui.widgets.logview import KEPT_LINES, LONGEST, LogView


@pytest.fixture
def view(qtbot):
    made = LogView(Style())
    qtbot.addWidget(made)
    made.resize(600, 400)
    made.show()
    return made


def texts(view):
    lines = view.model_of_lines
    return [lines.line(i).text for i in range(lines.rowCount())]


def test_a_line_of_a_million_signs_is_shown_quickly(view, qtbot):
    view.take([LogLine("short")])
    qtbot.wait(1)
    begun = time.process_time()
    view.take([LogLine("x" * 1_000_000)])
    view.grab()
    assert time.process_time() - begun < 1.0  # a text field needs 108 s
    model = view.model_of_lines
    assert len(model.index(1, 0).data()) == LONGEST


def test_only_the_last_lines_are_kept(view):
    view.take(LogLine(str(i)) for i in range(2 * KEPT_LINES))
    assert view.model_of_lines.rowCount() == KEPT_LINES
    assert view.model_of_lines.line(0).text == str(KEPT_LINES)


def test_a_progress_bar_is_one_line(view):
    view.take(LogLine(f"{i}%", transient=True) for i in range(100))
    assert texts(view) == ["99%"]
    view.take([LogLine("100%", transient=True), LogLine("100%"), LogLine("done")])
    assert texts(view) == ["100%", "done"]


def test_the_last_state_of_a_bar_is_not_shown_beside_its_line(view):
    view.take([LogLine("100%", transient=True)])
    view.take([LogLine("100%")])
    assert texts(view) == ["100%"]


def test_it_follows_the_end_but_stays_where_the_person_reads(view, qtbot):
    view.take(LogLine(str(i)) for i in range(500))
    bar = view.verticalScrollBar()
    assert bar.value() == bar.maximum()
    bar.setValue(100)
    view.take([LogLine("new")])
    assert bar.value() == 100


def test_chosen_lines_are_copied_in_their_order(view):
    view.take([LogLine("one"), LogLine("two"), LogLine("three")])
    model, choice = view.model_of_lines, view.selectionModel()
    for place in (2, 0):
        choice.select(model.index(place, 0), choice.SelectionFlag.Select)
    assert view.selected_text() == "one\nthree"


def test_what_is_chosen_stays_chosen_while_lines_come_and_go(view):
    view.take(LogLine(str(i)) for i in range(KEPT_LINES))
    model, choice = view.model_of_lines, view.selectionModel()
    choice.select(model.index(100, 0), choice.SelectionFlag.Select)
    view.take(LogLine(f"new {i}") for i in range(50))
    assert model.rowCount() == KEPT_LINES
    assert view.selected_text() == "100"


def test_a_filter_holds_for_new_and_dropped_lines(view):
    view.take(LogLine("bad" if i % 2 else "good") for i in range(KEPT_LINES))
    view.model_of_lines.filter("bad", worst_only=False)
    view.take(LogLine("bad") for _ in range(10))
    model = view.model_of_lines
    assert model.rowCount() == KEPT_LINES // 2 + 10 - 5
    assert {model.line(i).text for i in range(model.rowCount())} == {"bad"}


def test_more_lines_than_are_kept_arrive_at_once(view):
    view.take([LogLine("old")])
    view.take(LogLine(str(i)) for i in range(3 * KEPT_LINES))
    assert view.model_of_lines.rowCount() == KEPT_LINES
    assert view.model_of_lines.line(0).text == str(2 * KEPT_LINES)
