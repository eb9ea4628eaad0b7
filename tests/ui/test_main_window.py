"""Pages, keyboard, names for screen readers, sizes: what holds for the whole window."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from comfydoctor.ui.pages import PAGES, keys_of
from comfydoctor.ui.remember import Remembered
from tests.ui import examples
from tests.ui.examples import PROFILE

CONTROLS = (
    QAbstractButton,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QAbstractItemView,
)


def controls(window):
    return [
        widget
        for widget in window.findChildren(QWidget)
        if isinstance(widget, CONTROLS)
        and widget.isVisibleTo(window)
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]


@pytest.mark.parametrize("page", [page.id for page in PAGES])
def test_every_control_has_a_name(window, page):
    window.charts_loaded()
    window.on_batch(examples.troubled())
    window.open_page(page)
    nameless = [
        widget
        for widget in controls(window)
        if not (widget.accessibleName() or getattr(widget, "text", str)())
    ]
    assert nameless == []


@pytest.mark.parametrize("page", [page.id for page in PAGES])
def test_the_tab_key_reaches_every_control(window, qtbot, page):
    window.charts_loaded()
    window.on_batch(examples.troubled())
    window.open_page(page)
    window.activateWindow()
    window.setFocus()
    wanted = {id(widget) for widget in controls(window) if widget.isEnabled()}
    reached = set()
    for _ in range(3 * len(wanted) + 20):
        qtbot.keyClick(window.focusWidget() or window, Qt.Key.Key_Tab)
        reached.add(id(window.focusWidget()))
    missed = [w for w in controls(window) if id(w) in wanted - reached]
    assert [(type(w).__name__, w.accessibleName()) for w in missed] == []


def test_shortcuts_open_the_pages(window, qtbot):
    window.on_batch(examples.healthy())
    window.activateWindow()
    opened = 0
    for number, page in enumerate(PAGES, start=1):
        keys = keys_of(number, page.id)
        if not keys:
            continue
        opened += 1
        key = Qt.Key(ord(keys[-1]))
        qtbot.keyClick(window, key, Qt.KeyboardModifier.ControlModifier)
        assert window.page == page.id
        assert window.rail.buttons[page.id].isChecked()
    assert opened >= 10


@pytest.mark.parametrize("scale", [1.0, 2.0, 3.0])
@pytest.mark.parametrize("page", [page.id for page in PAGES])
def test_nothing_is_wider_than_a_small_window_allows(make_window, qtbot, page, scale):
    size = (800 * scale, 600 * scale)
    window = make_window(scale=scale, width=int(size[0]), height=int(size[1]))
    window.charts_loaded()
    window.on_batch(examples.troubled())
    panel = window.open_page(page)
    qtbot.wait(1)
    assert window.width() <= size[0]
    for widget in controls(window):
        if widget.isVisible() and not panel.isAncestorOf(widget):
            right = widget.mapTo(window, QPoint(widget.width(), 0)).x()
            assert right <= window.width(), widget.accessibleName()
    inside = getattr(getattr(panel, "page", None), "inside", None)
    if inside is not None:
        assert inside.minimumSizeHint().width() <= panel.width()


def test_the_window_shows_the_server_it_looks_at_and_can_look_at_another(window):
    window.on_batch(examples.healthy())
    other = examples.long_words()
    window.on_batch(other)
    assert window.header.switch.text().startswith("studio-a")
    window.guide.next_server()
    assert window.wards.key == other.key
    assert window.header.switch.text().startswith("werkstatt")
    assert "Grafikspeicher" in window.pages["now"].sentence.text()
    window.guide.next_server()
    assert window.wards.key == PROFILE.key


def test_simulated_data_carries_its_tag_on_every_page(window):
    window.on_batch(examples.simulated())
    for page in PAGES:
        window.open_page(page.id)
        assert window.header.simulated.isVisible()
    window.on_batch(examples.healthy())
    assert not window.header.simulated.isVisible()


def test_a_simulated_server_is_not_remembered(window):
    window.on_batch(examples.simulated())
    window.look_at(PROFILE.key)
    assert window.remembered.last_server == ""
    window.on_batch(examples.healthy())
    window.look_at(PROFILE.key)
    assert window.remembered.last_server == PROFILE.key


def test_changing_the_looks_builds_the_window_anew_with_what_was_known(window, qtbot):
    window.on_batch(examples.troubled())
    window.open_page("queue")
    told = []
    window.remembered_changed.connect(told.append)
    window.set_looks(theme="dark", scale=1.5)
    assert window.style_.dark
    assert window.style_.px(8) == 12
    assert window.page == "queue"
    assert "1 job is running" in window.pages["queue"].sentence.text()
    assert told[-1].theme == "dark"


def test_the_system_theme_is_followed(make_window):
    window = make_window(theme="system")
    dark = window.style_.dark
    inside = window.book
    QGuiApplication.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert window.book is not inside
    window.set_looks(theme="light" if dark else "dark")
    assert window.style_.dark is not dark
    inside = window.book
    QGuiApplication.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert window.book is inside


def test_zooming_by_keyboard(window, qtbot):
    window.activateWindow()
    qtbot.keyClick(window, Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
    assert window.remembered.scale == 1.25
    qtbot.keyClick(window, Qt.Key.Key_Minus, Qt.KeyboardModifier.ControlModifier)
    assert window.remembered.scale == 1.0


def test_closing_remembers_page_and_size(window):
    told = []
    window.remembered_changed.connect(told.append)
    window.open_page("console")
    window.resize(1000, 700)
    window.close()
    assert told[-1].page == "console"
    assert (told[-1].width, told[-1].height) == (1000, 700)


def test_early_settings_are_taken_within_reason():
    class Early:
        theme, scale, reduce_motion, maximized = "dark", 0.5, True, False
        last_server, width, height, page = "http://x:8188", 0, 100, ""

    looks = Remembered.of(Early())
    assert (looks.scale, looks.width, looks.height) == (1.0, 1200, 480)
    assert looks.page == "now"
    assert looks.profile.name == "x:8188"


def test_the_emergency_button_is_quiet_until_something_is_critical(window):
    window.on_batch(examples.troubled())
    assert not window.header.emergency.property("alarm")
    window.on_batch(examples.critical())
    assert window.header.emergency.property("alarm")


def test_the_strip_shows_the_last_action_and_our_cost(window):
    window.on_batch(examples.healthy())
    assert "5 jobs kept" in window.strip._said.text()
    assert "42 requests/min" in window.strip._cost.text()
    assert window.strip._undo.isVisible()
