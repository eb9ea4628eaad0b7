"""Ctrl+K finds an action by some letters of its words."""

from PySide6.QtCore import Qt

from comfydoctor.ui.dialogs.palette import matches


def test_all_words_must_be_there():
    assert matches("Open Charts", ["chart", "op"])
    assert not matches("Open Charts", ["queue"])


def test_typing_and_return_run_the_action(window, qtbot):
    window.activateWindow()
    qtbot.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    dialog = window.guide.dialog
    qtbot.keyClicks(dialog.field, "open cons")
    qtbot.keyClick(dialog.field, Qt.Key.Key_Return)
    assert window.page == "console"
    assert not dialog.isVisible()


def test_arrows_move_in_the_list(window, qtbot):
    window.guide.palette()
    dialog = window.guide.dialog
    assert dialog.list.currentRow() == 0
    qtbot.keyClick(dialog.field, Qt.Key.Key_Down)
    assert dialog.list.currentRow() == 1
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
