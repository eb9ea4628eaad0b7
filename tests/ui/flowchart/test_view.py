"""The chart is walked with the keys, zoomed, and said in a sentence."""

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from comfydoctor.content.flowcharts import load_charts
from comfydoctor.content.places import resources_root
from comfydoctor.model.flowchart import Step
from comfydoctor.ui.flowchart.view import ChartView, nearest
from comfydoctor.ui.flowchart.words import brief
from comfydoctor.ui.theme import Style
from comfydoctor.ui.widgets.icon import Icons

CHART = load_charts(resources_root())["out-of-memory"]
EVERY = frozenset(node.id for node in CHART.node)
FIRST = Step(CHART.id, "which-memory", "vram", "person", "", 1.0)


@pytest.fixture
def view(qtbot):
    style = Style()
    view = ChartView(style, Icons(style))
    view.resize(700, 500)
    qtbot.addWidget(view)
    view.show_walk(CHART, "which-memory", (), EVERY)
    view.show()
    view.setFocus()
    return view


def test_arrows_go_from_box_to_box_and_return_picks_one(view, qtbot):
    QTest.keyClick(view, Qt.Key.Key_Down)
    with qtbot.waitSignal(view.picked) as picked:
        QTest.keyClick(view, Qt.Key.Key_Return)
    [node] = picked.args
    assert node != "which-memory"
    below = nearest(view.scene_, "which-memory", QPointF(0, 1))
    assert node == below.node.id
    assert below.node.title in view.accessibleDescription()


def test_zoom_stays_within_limits_and_fit_undoes_it(view):
    fitting = view.transform().m11()
    for _ in range(40):
        QTest.keyClick(view, Qt.Key.Key_Plus)
    assert view.transform().m11() == pytest.approx(2.5)
    for _ in range(60):
        QTest.keyClick(view, Qt.Key.Key_Minus)
    assert view.transform().m11() == pytest.approx(0.3)
    QTest.keyClick(view, Qt.Key.Key_0)
    assert view.transform().m11() == pytest.approx(fitting)


def test_the_picture_has_a_sentence_as_its_twin(view):
    assert "steps" in view.accessibleName()
    before = view.accessibleName()
    view.show_walk(CHART, "others", (FIRST,), frozenset({"others", "end-others"}))
    assert view.accessibleName() != before
    assert view.accessibleName().endswith("1 of them can still be reached.")


def test_the_small_picture_shows_only_when_not_all_is_seen(view):
    assert view.minimap.isVisible()
    view.zoom(0.01)
    assert not view.minimap.isVisible()


@pytest.mark.parametrize(
    ("text", "short"),
    [("Yes, it does", "Yes"), ("The card's: 'CUDA'", "The card's"), ("No", "No")],
)
def test_lines_carry_the_beginning_of_an_answer(text, short):
    assert brief(text) == short
