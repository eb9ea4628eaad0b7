"""Announcements become lines; figures and recurrence come from the lines."""

import pytest

from comfydoctor.incidents.facts import estimate, facts_of, lasting
from comfydoctor.incidents.timeline import entry_of, figures, recurring
from comfydoctor.model.change import (
    ConnectionChanged,
    FindingOpened,
    FindingResolved,
    FixEnded,
    JobEnded,
    QueueChanged,
)
from comfydoctor.model.finding import Severity
from comfydoctor.model.fix import FixOutcome, FixResult
from comfydoctor.model.incident import Entry, EntryKind, Incident
from comfydoctor.model.job import Job, JobError, JobState
from comfydoctor.model.server import Connection, Reach
from tests.incidents.dossiers import DOSSIER, finding

FAILED = DOSSIER.jobs[0]


@pytest.mark.parametrize(
    ("change", "kind", "says"),
    [
        (FindingOpened(finding()), EntryKind.FOUND, "It leaks (error, likely)"),
        (FindingResolved(finding()), EntryKind.GONE, "Gone: It leaks"),
        (JobEnded(FAILED), EntryKind.JOB, "Job Poster failed"),
        (ConnectionChanged(Connection(Reach.DOWN)), EntryKind.REACH, "is down"),
        (
            FixEnded(FixResult("p", "free-memory", FixOutcome.DONE, "22 → 6")),
            EntryKind.FIX,
            "free-memory: done. 22 → 6",
        ),
    ],
)
def test_what_matters_becomes_a_line(change, kind, says):
    entry = entry_of(change, 5.0)
    assert entry.kind is kind and says in entry.text and entry.time == 5.0


def test_what_does_not_matter_does_not():
    good = Job("j", JobState.SUCCEEDED)
    info = finding()
    quiet = type(info)(**{**vars(info), "severity": Severity.INFO})
    for change in (QueueChanged(3), JobEnded(good), FindingOpened(quiet)):
        assert entry_of(change, 1.0) is None


def entries(*pairs):
    return tuple(Entry(time, kind, text, cause=c) for time, kind, text, c in pairs)


INCIDENT = Incident(
    "a",
    "Down",
    "s",
    100.0,
    ended=700.0,
    entries=entries(
        (160.0, EntryKind.FOUND, "It leaks", "leak"),
        (200.0, EntryKind.FIX, "free-memory: not done. no", ""),
        (400.0, EntryKind.FIX, "free-memory: done. 22 → 6", ""),
    ),
)


def test_figures_count_only_what_was_verified():
    got = figures(INCIDENT)
    assert (got.to_diagnose, got.to_fix, got.in_all) == (60.0, 300.0, 600.0)
    nothing = figures(Incident("b", "x", "s", 1.0))
    assert (nothing.to_diagnose, nothing.to_fix, nothing.in_all) == (None, None, None)


def test_causes_that_came_back_are_counted_once_for_each_incident():
    assert recurring([INCIDENT, INCIDENT]) == (("leak", 2),)
    assert recurring([INCIDENT]) == ()


def job(seconds):
    return Job("j", JobState.SUCCEEDED, started=1.0, ended=1.0 + seconds)


def test_an_estimate_is_a_range_from_measured_times_or_nothing():
    runs = [job(60), job(60), job(120), job(120)]
    assert estimate(4, runs) == "4–8 min"
    assert estimate(0, runs) == ""
    assert estimate(4, runs[:2]) == ""
    failed = Job("j", JobState.FAILED, started=1.0, ended=9.0, error=JobError("E", "m"))
    assert estimate(4, [failed] * 5) == ""


def test_facts_that_are_not_known_are_left_out():
    facts = facts_of(
        INCIDENT,
        {"leak": "Memory leaks"},
        clock_time="12:00",
        next_time="13:00",
        estimate="",
        impact="",
        now=5000.0,
    )
    assert facts["cause"] == "Memory leaks"
    assert facts["took"] == "10 min"
    assert "estimate" not in facts and "impact" not in facts and "who" not in facts


def test_times_are_short_in_any_language():
    assert [lasting(s) for s in (5, 420, 7500)] == ["1 min", "7 min", "2 h 5 min"]
