"""Palette and stylesheet, made from the tokens."""

from string import Template

from PySide6.QtGui import QColor, QPalette

from comfydoctor.ui import theme
from comfydoctor.ui.theme import Style

SHEET = Template("""
* { outline: none; }
QWidget { color: $text; }
QWidget#page, QWidget#window, QDialog { background: $background; }
QWidget#surface, QFrame#card { background: $surface; }
QFrame#card { border: ${hair}px solid $hairline; border-radius: ${radius}px; }
QFrame#card[press="true"]:hover { border-color: $control; }
QFrame#card[press="true"]:focus { border: ${focus}px solid $accent; }
QFrame#header { background: $surface; border-bottom: ${hair}px solid $hairline; }
QFrame#strip { background: $surface; border-top: ${hair}px solid $hairline; }
QFrame#rail { background: $surface; border-right: ${hair}px solid $hairline; }
QFrame#notice { background: $accent_tint; border-bottom: ${hair}px solid $hairline; }
QFrame#line { background: $hairline; border: none; }
QFrame#inset { background: $raised; border: none; border-radius: ${round}px; }
QLabel { background: transparent; border: none; }
QWidget[role="muted"] { color: $muted; }
QLabel[role="error"] { color: $error; }
QLabel[role="quote"] {
  background: $raised; border-radius: ${round}px; padding: ${gap}px ${grid}px;
}
QPushButton, QToolButton {
  background: $surface; border: ${hair}px solid $hairline;
  border-radius: ${round}px; padding: 0 ${pad}px; min-height: ${inner}px;
}
QPushButton:hover, QToolButton:hover { background: $hover; border-color: $control; }
QPushButton:pressed, QToolButton:pressed { background: $pressed; }
QPushButton:focus, QToolButton:focus { border: ${focus}px solid $accent; }
QPushButton:disabled, QToolButton:disabled { color: $control; background: $raised; }
QPushButton[role="primary"] {
  background: $accent; color: $on_accent; border-color: $accent;
}
QPushButton[role="primary"]:hover { background: $accent_hover; }
QPushButton[role="primary"]:focus { border: ${focus}px solid $text; }
QPushButton[role="primary"]:disabled {
  background: $raised; color: $control; border-color: $hairline;
}
QPushButton[role="danger"] { border-color: $error; color: $error; }
QPushButton[role="danger"]:hover { background: $error_tint; }
QPushButton[role="danger"]:focus { border: ${focus}px solid $error; }
QPushButton[role="danger"]:disabled { border-color: $hairline; color: $control; }
QPushButton[role="danger"][alarm="true"] { background: $error_tint; }
QPushButton[role="quiet"], QToolButton[role="quiet"] {
  background: transparent; border-color: transparent; padding: 0 ${grid}px;
}
QPushButton[role="quiet"]:hover, QToolButton[role="quiet"]:hover {
  background: $hover;
}
QPushButton[role="quiet"]:focus, QToolButton[role="quiet"]:focus {
  border: ${focus}px solid $accent;
}
QPushButton[role="expand"] {
  background: transparent; border-color: transparent; color: $muted;
  padding: 0 ${grid}px 0 0;
}
QPushButton[role="expand"]:hover { color: $text; }
QPushButton[role="expand"]:focus { border: ${focus}px solid $accent; }
QPushButton[role="choice"] { text-align: left; padding: ${grid}px ${wide}px; }
QPushButton[role="segment"] { border-radius: 0; padding: 0 ${pad}px; }
QPushButton[role="segment"]:checked {
  background: $accent_tint; color: $accent; border-color: $accent;
}
QToolButton[role="rail"] {
  background: transparent; border: ${focus}px solid transparent;
  border-radius: ${radius}px; color: $muted; padding: ${gap}px 0;
}
QToolButton[role="rail"]:hover { background: $hover; color: $text; }
QToolButton[role="rail"]:checked { background: $accent_tint; color: $accent; }
QToolButton[role="rail"]:focus { border-color: $accent; }
QToolButton::menu-indicator { image: none; width: 0; }
QLineEdit, QPlainTextEdit, QComboBox {
  background: $surface; border: ${hair}px solid $control;
  border-radius: ${round}px; padding: 0 ${grid}px; min-height: ${inner}px;
  selection-background-color: $selection; selection-color: $text;
}
QPlainTextEdit { padding: ${gap}px; }
QLineEdit:focus, QPlainTextEdit:focus, QComboBox:focus {
  border: ${focus}px solid $accent;
}
QComboBox::drop-down { border: none; width: ${wide}px; }
QComboBox QAbstractItemView {
  background: $surface; border: ${hair}px solid $hairline;
  selection-background-color: $selection; selection-color: $text;
}
QListView, QTableView {
  background: $surface; border: ${hair}px solid $hairline;
  border-radius: ${radius}px; gridline-color: $hairline;
  selection-background-color: $selection; selection-color: $text;
}
QListView:focus, QTableView:focus { border: ${focus}px solid $accent; }
QListView::item, QTableView::item { padding: 0 ${grid}px; }
QListWidget::item { min-height: ${inner}px; }
QListView::item:selected, QTableView::item:selected {
  background: $selection; color: $text;
}
QHeaderView { background: transparent; border: none; }
QHeaderView::section {
  background: transparent; color: $muted; border: none;
  border-bottom: ${hair}px solid $hairline; padding: ${gap}px 11px;
}
QMenu {
  background: $surface; border: ${hair}px solid $hairline; padding: ${gap}px;
}
QMenu::item { padding: ${grid}px ${wide}px; border-radius: ${round}px; }
QMenu::item:selected { background: $hover; }
QMenu::separator { height: ${hair}px; background: $hairline; margin: ${gap}px 0; }
QToolTip {
  background: $text; color: $background; border: none; padding: ${gap}px ${grid}px;
}
QScrollArea { background: transparent; border: none; }
QScrollBar { background: transparent; border: none; margin: 0; }
QScrollBar:vertical { width: ${bar}px; }
QScrollBar:horizontal { height: ${bar}px; }
QScrollBar::handle {
  background: $control; border-radius: ${dot}px; margin: ${dot}px;
  min-height: ${wide}px; min-width: ${wide}px;
}
QScrollBar::handle:hover { background: $muted; }
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page,
QScrollBar::sub-page { background: none; border: none; width: 0; height: 0; }
QCheckBox, QRadioButton { spacing: ${grid}px; min-height: ${inner}px; }
QCheckBox::indicator, QRadioButton::indicator {
  width: ${tick}px; height: ${tick}px; border: ${hair}px solid $control;
  background: $surface; border-radius: ${dot}px;
}
QRadioButton::indicator { border-radius: ${tickhalf}px; }
QCheckBox::indicator:checked, QRadioButton::indicator:checked {
  background: $accent; border: ${hair}px solid $accent;
}
QCheckBox:focus, QRadioButton:focus { color: $accent; }
""")


def stylesheet(style: Style) -> str:
    """The sheet for one style."""
    names = {
        name: str(value)
        for name, value in style.colours._asdict().items()
        if isinstance(value, str)
    }
    sizes = {
        "hair": 1,
        "focus": 2,
        "gap": theme.GAP,
        "grid": theme.GRID,
        "pad": 12,
        "wide": 2 * theme.GRID,
        "radius": theme.RADIUS_CARD,
        "round": theme.RADIUS_CONTROL,
        "inner": theme.CONTROL_HEIGHT - 2,
        "bar": 12,
        "dot": 3,
        "tick": 16,
        "tickhalf": 8,
    }
    scaled = {name: str(style.px(size)) for name, size in sizes.items()}
    return SHEET.substitute(names | scaled)


def palette(style: Style) -> QPalette:
    """The palette behind the sheet, for what a sheet does not reach."""
    colours = style.colours
    made = QPalette()
    roles = {
        QPalette.ColorRole.Window: colours.background,
        QPalette.ColorRole.Base: colours.surface,
        QPalette.ColorRole.AlternateBase: colours.raised,
        QPalette.ColorRole.Button: colours.surface,
        QPalette.ColorRole.WindowText: colours.text,
        QPalette.ColorRole.Text: colours.text,
        QPalette.ColorRole.ButtonText: colours.text,
        QPalette.ColorRole.PlaceholderText: colours.muted,
        QPalette.ColorRole.Highlight: colours.selection,
        QPalette.ColorRole.HighlightedText: colours.text,
        QPalette.ColorRole.ToolTipBase: colours.text,
        QPalette.ColorRole.ToolTipText: colours.background,
        QPalette.ColorRole.Link: colours.accent,
    }
    for role, colour in roles.items():
        made.setColor(role, QColor(colour))
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(colours.control))
    return made
