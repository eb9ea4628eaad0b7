"""When a running job is suspected of being dead, and when not."""

import math

from comfydoctor.comfy.worker import WorkerState
from comfydoctor.diagnosis.stillness import (
    Stillness,
    began,
    judge,
    last_sign,
    offset_there,
    unix_of,
)
from comfydoctor.model.finding import Confidence
from comfydoctor.model.job import Job, JobState, QueueItem
from comfydoctor.model.logline import LogEntry

NAN = math.nan


def verdict(runs=100.0, silent=100.0, gpu=0.0, cpu=0.5):
    worker = judge(Stillness("job-1", runs, silent, gpu, cpu))
    return worker.state, worker.confidence


def test_a_job_heard_a_moment_ago_works():
    assert verdict(runs=4000, silent=20)[0] is WorkerState.WORKING


def test_a_job_that_has_only_begun_works_whatever_the_console_says():
    assert verdict(runs=5, silent=900)[0] is WorkerState.WORKING


def test_silence_on_an_idle_machine_is_a_suspicion():
    assert verdict() == (WorkerState.SUSPECTED_DEAD, Confidence.POSSIBLE)
    assert verdict(400, 400) == (WorkerState.SUSPECTED_DEAD, Confidence.LIKELY)


def test_a_busy_machine_is_a_long_step():
    assert verdict(400, 400, gpu=95.0)[0] is WorkerState.LONG_STEP
    assert verdict(400, 400, cpu=98.0)[0] is WorkerState.LONG_STEP


def test_without_a_look_at_the_machine_only_long_silence_is_suspicious():
    assert verdict(400, 400, NAN, NAN)[0] is WorkerState.LONG_STEP
    suspicion = WorkerState.SUSPECTED_DEAD, Confidence.POSSIBLE
    assert verdict(700, 700, NAN, NAN) == suspicion


def test_what_is_not_known_is_no_suspicion():
    assert verdict(4000, NAN)[0] is WorkerState.WORKING
    assert verdict(NAN, 100)[0] is WorkerState.SUSPECTED_DEAD


def test_the_evidence_names_all_it_rests_on():
    worker = judge(Stillness("job-1", 100.0, 90.0, NAN, 1.0))
    said = [evidence.text for evidence in worker.evidence]
    assert said == [
        "Job job-1 has been running for 100 s.",
        "Nothing was printed by it for 90 s.",
        "GPU load not known, processor load of ComfyUI 1 %.",
    ]


def test_a_job_began_when_posted_or_when_the_one_before_ended():
    item = QueueItem(1, "b", "{}", '{"create_time":1000000}')
    before = Job("a", JobState.SUCCEEDED, ended=1500.0)
    assert began(item, [before]) == 1500.0
    assert began(item, []) == 1000.0
    assert math.isnan(began(QueueItem(1, "b", "{}", "{}"), []))


def test_posted_jobs_are_no_sign_of_life():
    entries = [
        LogEntry("2026-01-01T10:00:00", "\x1b[32m[INFO]\x1b[0m Requested to load X\n"),
        LogEntry("2026-01-01T10:00:05", "\x1b[32m[INFO]\x1b[0m got prompt\n"),
        LogEntry("2026-01-01T10:00:06", "\n"),
    ]
    assert last_sign(entries) == "2026-01-01T10:00:00"


def test_the_zone_of_a_server_elsewhere_follows_from_one_job_seen_twice():
    entries = [LogEntry("2026-01-01T12:30:00.2", "Prompt executed in 1.00 seconds\n")]
    ended = unix_of("2026-01-01T10:30:00", 0.0)
    assert offset_there(entries, [Job("a", JobState.SUCCEEDED, ended=ended)]) == 7200
    odd = Job("a", JobState.SUCCEEDED, ended=ended + 300)
    assert math.isnan(offset_there(entries, [odd]))
    assert math.isnan(offset_there(entries, []))


def test_unreadable_times_are_not_known():
    assert math.isnan(unix_of("yesterday", 0.0))
