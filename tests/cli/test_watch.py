"""``comfydoctor watch``, ``demo`` and ``simulate`` in a terminal."""

import io
import json
import subprocess
import sys

from comfydoctor.cli.output import Printer
from comfydoctor.cli.watch import change_json, change_lines
from comfydoctor.model.change import (
    ActivityChanged,
    ConnectionChanged,
    FindingOpened,
    FindingResolved,
    JobEnded,
    LinesAdded,
    QueueChanged,
)
from comfydoctor.model.finding import Confidence, Finding, Severity
from comfydoctor.model.job import Job, JobError, JobState
from comfydoctor.model.logline import LogLine
from comfydoctor.model.server import Connection, Reach


def test_live_lines_say_what_happens(run, simulated):
    ran = run("watch", "--url", simulated("healthy-studio"), "--seconds", "5")
    assert ran.code == 0, ran.err
    assert "connected" in ran.out
    assert "imulated ComfyUI 0.33.0" in ran.out


def test_json_lines_are_whole_documents(run, simulated):
    ran = run("watch", "--url", simulated("healthy-studio"), "--seconds", "4", "--json")
    changes = [json.loads(line) for line in ran.out.splitlines()]
    assert {"ConnectionChanged", "ServerSeen"} <= {c["change"] for c in changes}
    assert {c["schema"] for c in changes} == {1}


def test_the_demo_without_a_window_finds_the_trouble(run):
    ran = run(
        *("demo", "--no-window", "--scenario", "out-of-memory"),
        *("--speed", "6", "--seconds", "10"),
    )
    assert ran.code == 0, ran.err
    assert "imulated" in ran.err
    assert "error" in ran.out


def test_a_reader_that_goes_away_is_no_error(simulated, home):
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "comfydoctor", "watch", "--json"),
            *("--url", simulated("healthy-studio"), "--seconds", "30"),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline()
    process.stdout.close()
    with process.stderr:
        assert process.stderr.read() == ""
    assert process.wait(20) == 0


def words(change):
    return change_lines(change, Printer(io.StringIO(), io.StringIO()))


def test_a_connection_says_what_is_live_or_what_is_wrong():
    live = Connection(Reach.CONNECTED, live_events=True, log_stream=True)
    assert words(ConnectionChanged(live)) == ["connected  live: events, log"]
    assert words(ConnectionChanged(Connection(Reach.DOWN, detail="refused"))) == [
        "down  refused"
    ]
    assert words(ConnectionChanged(Connection(Reach.CONNECTING))) == ["connecting"]


def test_a_job_is_one_line_with_its_error():
    error = JobError("torch.OutOfMemoryError", "no")
    job = Job(
        "0123456789",
        JobState.FAILED,
        started=1.0,
        ended=13.3,
        error=error,
        workflow_name="cat",
    )
    assert words(JobEnded(job)) == [
        "job 01234567 (cat) failed after 12.3 s: torch.OutOfMemoryError"
    ]
    assert words(JobEnded(Job("a", JobState.LOST))) == ["job a lost"]


def test_states_of_a_bar_are_not_printed():
    lines = (LogLine("40%", transient=True), LogLine("done"))
    assert words(LinesAdded(lines)) == ["log  done"]


def test_findings_open_and_close():
    finding = Finding("x", "x", "No room", Severity.ERROR, Confidence.CERTAIN)
    assert words(FindingOpened(finding)) == ["■ error: No room (certain)"]
    assert words(FindingResolved(finding)) == ["resolved: No room"]
    told = change_json(FindingOpened(finding))
    assert (told["schema"], told["change"], told["what"]["key"]) == (
        *(1, "FindingOpened"),
        "x",
    )


def test_what_only_the_window_needs_is_not_printed():
    assert words(ActivityChanged()) == []
    assert words(QueueChanged(3)) == ["queue 3"]
