"""Notices of the profile, below the header."""

from comfydoctor.ui.shell import Shell
from comfydoctor.ui.widgets.label import Label
from comfydoctor.ui.widgets.notice import Notice

TOLD = ("Damaged records were restored.", "Another ComfyDoctor is open.")


def shown(window):
    shell = window.findChild(Shell)
    return [n for n in shell.findChildren(Notice) if not n.isHidden()]


def test_notices_stay_until_they_are_put_away(window):
    window.show_notices(TOLD)
    (notice,) = shown(window)
    said = [label.text() for label in notice.findChildren(Label)]
    assert said == list(TOLD)
    notice.close_.click()
    assert shown(window) == []


def test_they_outlive_a_change_of_looks_but_not_being_put_away(window):
    window.show_notices(TOLD)
    window.set_looks(theme="dark")
    (notice,) = shown(window)
    notice.close_.click()
    window.set_looks(theme="light")
    assert shown(window) == []


def test_nothing_to_tell_takes_no_room(window):
    window.show_notices(())
    assert shown(window) == []


def test_many_are_counted(window):
    window.show_notices([f"Sentence {i}." for i in range(9)])
    (notice,) = shown(window)
    assert "And 5 more messages." in notice.accessibleName()
