"""Text of others is never taken for markup: held by a lint and by opening it all."""

import ast
import time
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLabel, QWidget  # noqa: TID251 - looked for, not made

import comfydoctor.ui
from comfydoctor.model.fix import Plan, PlanStep, Risk
from comfydoctor.ui.feed import Batch
from comfydoctor.ui.pages import PAGES
from comfydoctor.ui.panels.panel import FixAsk
from comfydoctor.ui.widgets.tooltip import tip_text
from tests.ui import examples

ROOT = Path(comfydoctor.ui.__file__).parent
BOMB = "<table><tr><td>" * 16
PROBE = (333, 77)

FORBIDDEN = {
    "QLabel",
    "QMessageBox",
    "QToolTip",
    "QInputDialog",
    "QProgressDialog",
    "QErrorMessage",
    "QSplashScreen",
    "QWizardPage",
    "QTextEdit",
    "QTextBrowser",
    "QWhatsThis",
    "LabelItem",
    "LegendItem",
}
"""May be named in widgets/label.py alone, which makes a QLabel plain."""
SINKS = {
    "setToolTip",
    "setWhatsThis",
    "setStatusTip",
    "setWindowTitle",
    "setTitle",
    "setHtml",
    "appendHtml",
    "setLabel",
    "addLegend",
    "addAction",
    "QAction",
    "PlotCurveItem",
    "Curve",
    "TextItem",
}
"""Where Qt or pyqtgraph would read markup, shortcuts or placeholders in a text."""
CLEANED = {"one_line", "shown", "button_text", "tip_text", "escape"}
OURS = {"action", "text"}
"""Names of our own words at a sink: an action's text is a literal in guide.py."""


def modules():
    return sorted(path for path in ROOT.rglob("*.py"))


def called(node):
    func = node.func
    return func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")


def is_safe(value):
    """A literal, a cleaned text, or an f-string and a choice of such."""
    if isinstance(value, ast.Constant):
        return True
    if isinstance(value, ast.JoinedStr):
        parts = [v.value for v in value.values if isinstance(v, ast.FormattedValue)]
        return all(is_safe(part) for part in parts)
    if isinstance(value, ast.IfExp):
        return is_safe(value.body) and is_safe(value.orelse)
    return isinstance(value, ast.Call) and called(value) in CLEANED


def unsafe_calls(tree):
    cleaned = OURS | {name for name, value in assigned(tree) if is_safe(value)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or called(node) not in SINKS:
            continue
        texts = [] if called(node) in {"Curve", "PlotCurveItem"} else node.args[:1]
        texts += [k.value for k in node.keywords if k.arg in {"name", "text", "title"}]
        for text in texts:
            if not is_safe(text) and ast.unparse(text) not in cleaned:
                yield f"line {node.lineno}: {ast.unparse(node)[:90]}"


def assigned(tree):
    """Each name that is assigned only once, with its value."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found.setdefault(node.targets[0].id, []).append(node.value)
    return [(name, values[0]) for name, values in found.items() if len(values) == 1]


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(ROOT)))
def test_no_module_shows_text_that_was_not_made_plain(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    if path.name != "label.py":
        names = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
        names |= {n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute)}
        assert not names & FORBIDDEN
    assert list(unsafe_calls(tree)) == []


@pytest.mark.parametrize(
    "code",
    [
        "label = QLabel(name)",
        "widget.setToolTip(job.name)",
        "window.setWindowTitle(f'{profile.name} - x')",
        "plot.setLabel('left', info.name) or menu.addAction(server.name)",
        "Curve(pen=pen, name=gpu.name)",
    ],
)
def test_the_lint_sees_what_it_is_for(code):
    tree = ast.parse(code)
    names = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
    assert names & FORBIDDEN or list(unsafe_calls(tree))


def test_a_tooltip_is_escaped():
    said = tip_text(BOMB + "<img src='file:///x'>")
    assert "<table" not in said
    assert "<img" not in said


@pytest.fixture
def probe(tmp_path):
    """A picture whose size betrays that a widget loaded it."""
    path = tmp_path / "probe.png"
    image = QImage(*PROBE, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    assert image.save(str(path))
    return f"<img src='{path.as_uri()}'>"


def every_widget(window):
    return [window, *window.findChildren(QWidget)]


def hostile(batch, text):
    snapshot = examples.replaced(batch.snapshot, text)
    changes = examples.replaced(batch.changes, text)
    return Batch(snapshot.profile.key, snapshot, changes)


PLAN = Plan(
    "p", "f", "t", "s", (PlanStep("a", "b"),), "l", Risk.SAFE, "u", "b",
    facts=(("n", "v"),),
)  # fmt: skip


def open_everything(window, qtbot, text):
    for name in ("troubled", "unfinished", "disconnected", "many"):
        window.on_batch(hostile(getattr(examples, name)(), text))
        for page in PAGES:
            window.open_page(page.id)
            window.tick()
        qtbot.wait(1)
    window.say(text)
    guide = window.guide
    guide.emergency()
    guide.dialog.reject()
    guide.add_server()
    start = guide.dialog
    start.show_found([examples.replaced(window_found(), text)])
    start.show_scenarios([Named(text)])
    start.address.on_examined(examples.PROFILE, Seen(text))
    qtbot.wait(1)
    start.reject()
    guide.fix(FixAsk("free-memory", "", text, text))
    guide.dialog._on_plan(examples.replaced(PLAN, text))
    guide.dialog._on_failed(ValueError(text))
    qtbot.wait(1)
    guide.dialog.reject()
    guide.undo("e1")
    guide.dialog.reject()
    guide.palette()
    guide.dialog.reject()


def window_found():
    from comfydoctor.model.server import FoundServer

    return FoundServer("http://x", "1", "how")


class Named:
    def __init__(self, text):
        self.id = self.title = self.summary = text


class Seen:
    info = None

    def __init__(self, text):
        self.steps = [StepSeen(text)]
        self.error = ValueError(text)
        self.suggestion = self.fingerprint = text


class StepSeen:
    ok = False

    def __init__(self, text):
        self.text = self.advice = text


def test_every_window_opens_quickly_with_hostile_text(window, qtbot):
    window.charts_loaded()
    begun = time.process_time()
    open_everything(window, qtbot, "harmless words")
    harmless = time.process_time() - begun
    begun = time.process_time()
    open_everything(window, qtbot, BOMB)
    # One default QLabel would take more than twelve seconds.
    assert time.process_time() - begun < 3 * harmless + 2


def test_no_widget_loads_a_picture_named_in_a_text(window, qtbot, probe):
    window.charts_loaded()
    open_everything(window, qtbot, probe)
    for widget in every_widget(window):
        assert (widget.sizeHint().width(), widget.sizeHint().height()) != PROBE
        if isinstance(widget, QLabel):
            assert widget.textFormat() is Qt.TextFormat.PlainText
