"""What a rule says becomes a finding with its reading, and goes with it."""

import math
from dataclasses import replace

import pytest

from comfydoctor.content.alerts import load_alerts
from comfydoctor.content.places import resources_root
from comfydoctor.diagnosis.board import Board
from comfydoctor.doctor.alerts import EVERY, AlertWatch, words
from comfydoctor.doctor.state import State
from comfydoctor.model.alert import Alert
from comfydoctor.model.finding import Confidence, Finding, Severity
from comfydoctor.model.job import Job, JobState
from comfydoctor.model.metric import Sample
from comfydoctor.model.server import ServerProfile
from comfydoctor.telemetry.alert import Alerts
from comfydoctor.telemetry.series import History

RULES = load_alerts(resources_root())


class Ward:
    def __init__(self):
        self.now, self.announced = 1000.0, []
        self.state = State(ServerProfile("s", "http://s"), lambda: self.now)
        self.board = Board(lambda: self.now)
        self.series = History(lambda: self.now)
        self.watch = AlertWatch(
            self.state,
            self.board,
            self.series,
            normals=dict,
            announce=self.announced.append,
            deliver=self.series.add,
            steady=lambda: self.now,
        )
        self.watch._alerts = Alerts(RULES)

    def pass_time(self, seconds, metric, value, subject=""):
        for _ in range(int(seconds / EVERY)):
            self.now += EVERY
            self.series.add([Sample(metric, self.now, value, subject)])
            self.watch.look()

    @property
    def causes(self):
        return [finding.cause for finding in self.board.open()]


@pytest.fixture
def ward():
    return Ward()


def test_a_hot_card_is_found_and_is_over_again(ward):
    ward.pass_time(120, "gpu.temperature", 91.0, "gpu1")
    (finding,) = ward.board.open()
    assert finding.title == "The graphics card is very hot (gpu1)"
    assert finding.evidence[0].text == "GPU temperature: 91 °C, over 87 °C for 60 s."
    ward.pass_time(120, "gpu.temperature", 60.0, "gpu1")
    assert ward.causes == []
    assert [alert.ended is not None for alert in ward.watch.past] == [True]


def test_what_a_finding_says_already_is_not_said_again(ward):
    known = Finding(
        "card-throttles",
        "card-throttles",
        "x",
        *[Severity.ERROR] * 1,
        Confidence.CERTAIN,
    )
    ward.board.report(known)
    ward.pass_time(120, "gpu.temperature", 91.0, "gpu0")
    assert ward.causes == ["card-throttles"]
    assert len(ward.watch.open()) == 1


def test_half_of_the_jobs_failing_is_a_reading_and_a_finding(ward):
    def end(number, state):
        job = Job(str(number), state, ended=float(number))
        ward.state.take_jobs((), (job,))

    for number in range(4):
        end(number, JobState.FAILED)
    ward.pass_time(10, "host.cpu", 1.0)
    assert math.isnan(ward.series.last("jobs.failed"))  # too few to tell
    end(5, JobState.FAILED)
    ward.pass_time(10, "host.cpu", 1.0)
    assert ward.causes == ["alert-jobs-fail"]
    for number in range(10, 20):
        end(number, JobState.SUCCEEDED)
    ward.pass_time(10, "host.cpu", 1.0)
    assert ward.causes == []


def test_a_disk_that_takes_nothing_is_told_once_and_taken_back(ward):
    ward.watch._not_kept = lambda: "The disk is full."
    ward.pass_time(20, "host.cpu", 1.0)
    assert ward.causes == ["recording-not-kept"]
    assert len(ward.announced) == 1
    ward.watch._not_kept = str
    ward.pass_time(5, "host.cpu", 1.0)
    assert ward.causes == []


def test_a_silent_server_is_told_after_a_minute(ward):
    ward.pass_time(60, "server.latency", 0.01)
    ward.pass_time(50, "server.latency", math.nan)
    assert ward.causes == []
    ward.pass_time(60, "server.latency", math.nan)
    assert ward.causes == ["alert-server-down"]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_has_words(rule):
    said = words(Alert(rule, "", 0.0, 97.0))
    assert said.endswith(".") and "None" not in said
    assert words(Alert(replace(rule), "", 0.0, math.nan))
