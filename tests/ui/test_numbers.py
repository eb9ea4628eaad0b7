"""The numbers are Qt's."""

from PySide6.QtCore import Qt

from comfydoctor.ui import numbers


def test_the_numbers_are_those_of_qt():
    align, style = Qt.AlignmentFlag, Qt.ToolButtonStyle
    assert Qt.TextFormat.PlainText.value == numbers.PLAIN_TEXT
    assert Qt.FocusPolicy.NoFocus.value == numbers.NO_FOCUS
    assert Qt.FocusPolicy.StrongFocus.value == numbers.STRONG_FOCUS
    assert style.ToolButtonIconOnly.value == numbers.ICON_ONLY
    assert style.ToolButtonTextOnly.value == numbers.TEXT_ONLY
    assert style.ToolButtonTextBesideIcon.value == numbers.TEXT_BESIDE_ICON
    assert style.ToolButtonTextUnderIcon.value == numbers.TEXT_UNDER_ICON
    assert (align.AlignLeft | align.AlignVCenter).value == numbers.LEFT_MIDDLE
    assert align.AlignCenter.value == numbers.CENTER
    assert Qt.TextFlag.TextSingleLine.value == numbers.ONE_LINE
    assert {Qt.Key.Key_Return.value, Qt.Key.Key_Enter.value} == numbers.ENTER
