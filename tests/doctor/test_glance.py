"""The window's first look comes from here, and is the one of comfy."""

from comfydoctor.comfy import glance as source
from comfydoctor.doctor import glance


def test_the_window_gets_the_first_look_from_the_doctor():
    assert glance.glance is source.glance
    assert glance.Glance is source.Glance
