"""The start: found servers, an address step by step, or the demo."""

from types import SimpleNamespace

import pytest
from PySide6.QtWidgets import QPushButton

from comfydoctor.errors import LoginNeeded
from comfydoctor.model.server import AuthKind, FoundServer
from comfydoctor.ui.widgets.badge import Simulated
from comfydoctor.ui.widgets.label import Label
from tests.ui.examples import INFO


@pytest.fixture
def dialog(window, qtbot):
    window.guide.add_server()
    made = window.guide.dialog
    qtbot.waitUntil(lambda: made.again.isEnabled(), timeout=3000)
    return made


def words(widget):
    return "\n".join(label.text() for label in widget.findChildren(Label))


def step(text, *, ok=True, advice=""):
    return SimpleNamespace(text=text, ok=ok, advice=advice)


def seen(*steps, **more):
    blank = {"info": None, "error": None, "suggestion": "", "fingerprint": ""}
    return SimpleNamespace(steps=steps, **(blank | more))


def buttons(widget):
    return {b.text(): b for b in widget.findChildren(QPushButton) if not b.isHidden()}


def test_a_found_server_is_watched_with_one_press(window, qtbot, dialog, bridge):
    with qtbot.waitSignal(bridge.opened, timeout=3000) as told:
        buttons(dialog)["Watch"].click()
    assert told.args[0].url == "http://127.0.0.1:8188"
    assert window.guide.dialog is None
    assert window.wards.key == "http://127.0.0.1:8188"


def test_none_found_says_what_to_do(dialog):
    dialog.show_found(())
    assert "No ComfyUI was found" in words(dialog)


def test_an_address_is_tried_and_each_step_said(window, qtbot, dialog, office, bridge):
    office.examined = seen(step("Something listens at port 8188."), info=INFO)
    dialog.address.address.setText("http://studio:8188")
    with qtbot.waitSignal(bridge.opened, timeout=3000) as told:
        dialog.address.go.click()
    assert told.args[0].url == "http://studio:8188"
    assert told.args[0].name == "studio:8188"


def test_a_failure_shows_its_advice_and_keeps_the_dialog(qtbot, dialog, office):
    office.examined = seen(
        step("The computer is known."),
        step("Nobody answers at port 8188.", ok=False, advice="Start ComfyUI."),
    )
    dialog.address.test()
    qtbot.waitUntil(lambda: "Start ComfyUI." in words(dialog), timeout=3000)
    assert dialog.isVisible()


def test_a_suggested_address_waits_for_the_person(qtbot, dialog, office):
    office.examined = seen(step("ok"), info=INFO, suggestion="https://studio:8188")
    dialog.address.test()
    qtbot.waitUntil(lambda: any("Try " in b for b in buttons(dialog)), timeout=3000)
    assert dialog.isVisible()


def test_a_certificate_is_pinned_only_by_a_press(qtbot, dialog, office):
    office.examined = seen(step("Not trusted.", ok=False), fingerprint="ab:cd")
    dialog.address.test()
    trust = "Trust this certificate from now on"
    qtbot.waitUntil(lambda: trust in buttons(dialog), timeout=3000)
    assert dialog.address.profile().pinned_sha256 == ""
    office.examined = seen(step("ok"))
    buttons(dialog)[trust].click()
    assert dialog.address.profile().pinned_sha256 == "ab:cd"
    qtbot.waitUntil(lambda: dialog.address._call is None, timeout=3000)


def test_a_login_is_asked_for_when_it_is_needed(qtbot, dialog, office):
    office.examined = seen(step("Login.", ok=False), error=LoginNeeded("login"))
    assert not dialog.address.login.opened
    dialog.address.test()
    qtbot.waitUntil(lambda: dialog.address.login.opened, timeout=3000)
    dialog.address.kind.setCurrentIndex(1)
    dialog.address.user.setText("anna")
    assert dialog.address.profile().auth is AuthKind.BASIC
    assert dialog.address.profile().user == "anna"


def test_the_demo_opens_the_chosen_scenario(window, qtbot, dialog, bridge):
    qtbot.waitUntil(lambda: dialog.start.isEnabled(), timeout=3000)
    assert dialog.about.text() == "A job dies"
    with qtbot.waitSignal(bridge.opened, timeout=3000) as told:
        dialog.start.click()
    assert told.args[0].name == "Demo: oom"


def test_a_simulated_server_carries_its_tag_and_comes_last(dialog):
    simulated = FoundServer("http://127.0.0.1:9", "0.33.0", extras=("simulated",))
    real = FoundServer("http://127.0.0.1:8188", "0.33.0", "a usual port")
    before = len(dialog.findChildren(Simulated))
    dialog.show_found((simulated, real))
    assert len(dialog.findChildren(Simulated)) == before + 1
    rows = [b.accessibleName() for b in dialog.findChildren(QPushButton)]
    watch = [name for name in rows if name.startswith("Watch ")]
    assert watch[-2:] == [f"Watch {real.url}", f"Watch {simulated.url}"]
