"""``comfydoctor watch``, ``demo`` and ``simulate`` in a terminal."""

import json


def test_live_lines_say_what_happens(run, simulated):
    ran = run("watch", "--url", simulated("healthy-studio"), "--seconds", "8")
    assert ran.code == 0, ran.err
    assert "connected" in ran.out
    assert "imulated ComfyUI 0.33.0" in ran.out


def test_json_lines_are_whole_documents(run, simulated):
    ran = run("watch", "--url", simulated("healthy-studio"), "--seconds", "5", "--json")
    changes = [json.loads(line) for line in ran.out.splitlines()]
    assert {"ConnectionChanged", "ServerSeen"} <= {c["change"] for c in changes}
    assert {c["schema"] for c in changes} == {1}


def test_the_demo_without_a_window_finds_the_trouble(run):
    ran = run(
        *("demo", "--no-window", "--scenario", "out-of-memory"),
        *("--speed", "6", "--seconds", "12"),
    )
    assert ran.code == 0, ran.err
    assert "imulated" in ran.err
    assert "error" in ran.out


def test_an_unknown_scenario_is_said_to_be_unknown(run):
    ran = run("demo", "--no-window", "--scenario", "no-such", "--seconds", "3")
    assert ran.code == 2
    assert "no-such" in ran.err


def test_the_scenarios_are_listed(run):
    ran = run("simulate", "--list")
    assert ran.code == 0
    assert "out-of-memory" in ran.out
