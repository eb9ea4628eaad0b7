"""``comfydoctor simulate`` from the command line."""

import json
import socket
import subprocess
import sys
import urllib.request

import pytest

from comfydoctor.cli.main import run as run_here


@pytest.fixture
def said(capsys):
    def go(*arguments):
        code = run_here(list(arguments))
        return code, *capsys.readouterr()

    return go


def test_all_are_listed_with_their_titles(said):
    code, out, _ = said("simulate", "--list")
    assert code == 0
    listed = dict(line.split(maxsplit=1) for line in out.splitlines())
    assert {"healthy-studio", "test-bench", "crash-and-restart"} <= set(listed)
    assert all(listed.values())


def test_an_unknown_scenario_is_usage(said):
    code, out, err = said("simulate", "--scenario", "no-such")
    assert (code, out) == (2, "")
    assert "no-such" in err and "--list" in err


def test_a_port_that_is_taken_is_usage(said):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, out, err = said(
            "simulate", "--scenario", "test-bench", "--port", str(port)
        )
    assert (code, out) == (2, "")
    assert str(port) in err


def test_it_prints_its_address_plays_the_version_and_ends_with_its_parent():
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "comfydoctor", "simulate", "--stop-with-parent"),
            *("--scenario", "test-bench", "--profile", "0.8.0", "--speed", "8"),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    line = process.stdout.readline()
    url = line.removeprefix("simulator ready ").strip()
    with urllib.request.urlopen(f"{url}/system_stats", timeout=10) as answer:
        assert answer.headers["x-comfydoctor-simulated"] == "test-bench"
        assert json.load(answer)["system"]["comfyui_version"] == "0.8.0"
    process.stdin.close()
    assert process.wait(10) == 0
    process.stdout.close()
