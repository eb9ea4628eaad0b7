"""One sentence says how a server is."""

from dataclasses import replace

import pytest

from comfydoctor.model.finding import Severity
from comfydoctor.model.server import Connection, Reach
from comfydoctor.model.snapshot import Snapshot
from comfydoctor.ui.theme import Level
from comfydoctor.ui.verdict import verdict
from tests.ui.examples import LORA, NOW, OOM, PROFILE, snapshot


def test_healthy():
    said = verdict(snapshot(), NOW)
    assert said.level is Level.OK
    assert said.sentence == (
        "Everything works normally. A job is running, 3 more jobs waiting."
    )


def test_the_worst_finding_speaks_and_the_others_are_counted():
    critical = replace(
        LORA, key="x", title="The worker died", severity=Severity.CRITICAL
    )
    said = verdict(snapshot(findings=(OOM, critical)), NOW)
    assert said.level is Level.CRITICAL
    assert said.sentence == "The worker died. And 1 more problem."
    assert said.words == "2 problems"


def test_notes_and_harmless_findings_do_not_make_it_ill():
    note = replace(LORA, severity=Severity.INFO)
    harmless = replace(OOM, harmless=True)
    assert verdict(snapshot(findings=(note, harmless)), NOW).level is Level.OK


def test_without_a_connection_nothing_is_called_well():
    for reach in Reach:
        if reach is Reach.CONNECTED:
            continue
        said = verdict(snapshot(connection=Connection(reach, NOW - 60)), NOW)
        assert said.level is not Level.OK
        assert said.sentence


def test_a_server_that_went_away_shows_the_age_of_what_is_known():
    down = Connection(Reach.DOWN, NOW - 125)
    assert "2\u202fmin ago" in verdict(snapshot(connection=down), NOW).sentence
    never = Snapshot(PROFILE, down)
    assert verdict(never, NOW).sentence == "ComfyUI cannot be reached."


@pytest.mark.parametrize("reach", [Reach.PROBLEM, Reach.SLOW])
def test_what_the_connection_says_is_shown_with_its_advice(reach):
    said = Connection(reach, NOW, "The server wants a login.", "Enter it in Settings.")
    verdict_ = verdict(Snapshot(PROFILE, said), NOW)
    assert verdict_.sentence == "The server wants a login."
    assert verdict_.advice == "Enter it in Settings."


def test_of_equal_problems_the_newest_leads():
    older = replace(OOM, key="a", title="An old one", since=NOW - 900)
    newer = replace(OOM, key="b", title="A new one", since=NOW - 9)
    said = verdict(snapshot(findings=(older, newer)), NOW)
    assert said.sentence.startswith("A new one.")
