"""``comfydoctor demo --no-window``: a simulated ComfyUI in the terminal."""

import pytest

from comfydoctor.cli.main import run as run_here
from comfydoctor.doctor import demo as child
from comfydoctor.store.paths import Paths
from comfydoctor.store.settings import SettingsFile


@pytest.fixture
def said(capsys):
    def go(*arguments):
        code = run_here(["demo", "--no-window", *arguments])
        return code, *capsys.readouterr()

    return go


def test_it_follows_a_simulated_server_and_ends_by_itself(said):
    code, out, err = said("--scenario", "healthy-studio", "--seconds", "2.5")
    assert code == 0, err
    assert "Simulated ComfyUI at http://127.0.0.1:" in err
    assert "simulated ComfyUI 0.33.0" in out
    assert SettingsFile(Paths.find().settings).load().settings.servers == ()


def test_an_unknown_scenario_is_usage(said):
    code, out, err = said("--scenario", "no-such")
    assert (code, out) == (2, "")
    assert "no-such" in err


def test_one_that_cannot_start_says_why(said, monkeypatch):
    monkeypatch.setattr(child, "command", lambda *arguments: ["/nowhere/at/all"])
    code, _, err = said("--scenario", "healthy-studio")
    assert code == 1
    assert "could not be started" in err
