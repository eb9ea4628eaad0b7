"""Pictures of panels from scenarios."""

import pytest

from comfydoctor.cli.screenshot import read_size
from comfydoctor.errors import UsageError


@pytest.mark.parametrize("text", ["", "12", "0x5", "axb", "99999x10", "1x-2"])
def test_what_is_no_size_is_refused(text):
    with pytest.raises(UsageError):
        read_size(text)


def test_a_size_is_two_numbers():
    assert read_size("1280x800") == (1280, 800)


def test_a_panel_is_drawn_from_a_scenario(run, tmp_path):
    out = tmp_path / "now.png"
    ran = run("screenshot", "now", "--out", str(out), "--scenario", "out-of-memory")
    assert ran.code == 0, ran.err
    assert out.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"


def test_an_unknown_panel_names_the_known(run):
    ran = run("screenshot", "nonsense")
    assert ran.code == 2
    assert "now" in ran.err
