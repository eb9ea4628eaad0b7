"""Little room: what a small window, or a large scale, leaves away."""

import pytest

from comfydoctor.ui.panels.panel import FixAsk
from comfydoctor.ui.remember import Remembered
from comfydoctor.ui.widgets.card import Page
from tests.ui.examples import PROFILE, batch, healthy, long_words, snapshot


@pytest.fixture
def small(make_window):
    """What 900x600 at 200 % leaves."""
    window = make_window(scale=2.0, width=900, height=600)
    window.on_batch(healthy())
    return window


def test_the_header_keeps_the_verdict_and_the_way_out(small):
    header = small.header
    assert not header.about.isVisible()
    assert header.emergency.text() == ""
    assert header.emergency.accessibleName() == "Emergency"
    assert header.badge.width() >= header.badge.sizeHint().width()


def test_the_rail_shows_every_page_without_its_words(small):
    lowest = max(small.rail.buttons.values(), key=lambda made: made.y())
    assert lowest.geometry().bottom() <= small.rail.height()
    assert lowest.accessibleName() == "Settings"


def test_words_come_back_with_the_room(small, qtbot):
    small.resize(1800, 1400)
    qtbot.waitUntil(lambda: small.header.about.isVisible(), timeout=3000)
    assert small.header.emergency.text().strip() == "Emergency"


@pytest.mark.parametrize("page", ["now", "diagnose"])
def test_endless_words_do_not_widen_a_page(small, page):
    small.on_batch(long_words())
    panel = small.open_page(page)
    small.repaint()
    assert panel.page.horizontalScrollBar().maximum() == 0


def test_a_dialog_is_as_high_as_its_words(window, qtbot, bridge):
    with qtbot.waitSignal(bridge.opened, timeout=3000):
        bridge.open(PROFILE)
    window.on_batch(batch(snapshot()))
    window.guide.fix(FixAsk("free-memory", title="Free memory"))
    dialog = window.guide.dialog
    qtbot.waitUntil(lambda: dialog.plan is not None, timeout=3000)
    view = dialog.findChild(Page)
    qtbot.waitUntil(lambda: dialog.steps.isVisible(), timeout=3000)
    qtbot.wait(1)  # the turn in which it fits itself to what was added
    assert view.verticalScrollBar().maximum() == 0
    spare = view.viewport().height() - dialog.body.totalHeightForWidth(view.width())
    assert spare <= dialog.style_.px(16)
    assert dialog.height() < window.height()
    assert Remembered().width > dialog.width()
