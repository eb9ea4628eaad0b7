"""What the state makes of what is seen of jobs, queue and connection."""

from dataclasses import replace

from comfydoctor.doctor.state import KEPT_JOBS, State, merge
from comfydoctor.model.change import (
    ConnectionChanged,
    JobEnded,
    QueueChanged,
    ServerSeen,
)
from comfydoctor.model.job import Job, JobError, JobState, Progress
from comfydoctor.model.server import Connection, Reach, ServerInfo, ServerProfile


def new_state():
    return State(ServerProfile("a", "http://127.0.0.1:8188"), clock=lambda: 50.0)


def job(name, state=JobState.PENDING, **more):
    return Job(id=name, state=state, **more)


def done(name, **more):
    return job(name, JobState.SUCCEEDED, ended=more.pop("ended", 1.0), **more)


def test_what_was_finished_before_the_first_look_is_not_announced():
    state = new_state()
    assert not any(isinstance(c, JobEnded) for c in state.take_jobs([], [done("a")]))
    assert [j.id for j in state.snapshot().recent] == ["a"]


def test_a_job_that_ended_since_the_last_look_is_announced_once():
    state = new_state()
    running = job("a", JobState.RUNNING)
    state.take_jobs([running], [])
    assert JobEnded(done("a")) in state.take_jobs([], [done("a")])
    assert state.take_jobs([], [done("a")]) == []


def test_a_quick_job_on_a_fresh_server_is_announced():
    state = new_state()
    assert state.take_jobs([], []) == []
    assert state.take_jobs([], [done("a")]) == [JobEnded(done("a"))]


def test_a_job_is_lost_only_after_it_stayed_away_twice():
    state = new_state()
    state.take_jobs([job("a")], [])
    assert not any(isinstance(c, JobEnded) for c in state.take_jobs([], []))
    [ended] = [c for c in state.take_jobs([], []) if isinstance(c, JobEnded)]
    assert ended.job.state is JobState.LOST
    assert state.take_jobs([], []) == []


def test_a_late_history_entry_corrects_a_lost_job():
    state = new_state()
    state.take_jobs([job("a")], [])
    state.take_jobs([], [])
    state.take_jobs([], [])
    [ended] = state.take_jobs([], [done("a", ended=60.0)])
    assert ended.job.state is JobState.SUCCEEDED


def test_jobs_that_wait_at_a_restart_are_lost():
    state = new_state()
    state.take_jobs([job("a", JobState.RUNNING), job("b")], [])
    lost = state.forget_jobs()
    assert [change.job.id for change in lost] == ["a", "b"]
    snapshot = state.snapshot()
    assert {j.state for j in snapshot.recent} == {JobState.LOST}
    assert snapshot.running is None and snapshot.pending == ()


def test_only_so_many_finished_jobs_are_kept():
    state = new_state()
    state.take_jobs([], [done(str(n), ended=float(n)) for n in range(KEPT_JOBS + 50)])
    recent = state.snapshot().recent
    assert len(recent) == KEPT_JOBS
    assert recent[0].id == str(KEPT_JOBS + 49)


def test_the_time_since_when_stays_while_the_reach_stays():
    state = new_state()
    state.take_connection(Connection(Reach.DOWN, since=10.0, detail="refused"))
    [change] = state.take_connection(Connection(Reach.DOWN, since=20.0, detail="x"))
    assert change == ConnectionChanged(Connection(Reach.DOWN, 10.0, "x"))
    assert state.take_connection(Connection(Reach.DOWN, since=30.0, detail="x")) == []


def test_the_same_queue_is_no_change():
    state = new_state()
    assert state.take_remaining(2) == [QueueChanged(2)]
    assert state.take_remaining(2) == []


def test_progress_is_shown_only_while_something_runs():
    state = new_state()
    state.take_progress(Progress("a", value=1, maximum=2))
    assert state.snapshot().progress is None
    state.take_jobs([job("a", JobState.RUNNING)], [])
    assert state.snapshot().progress is not None


def test_a_newer_account_keeps_the_names_that_only_the_older_one_had():
    error = JobError("ValueError", "no")
    old = job("a", workflow_name="cat", error=error, node_count=3)
    new = done("a")
    assert merge(old, new) == replace(
        new, workflow_name="cat", error=error, node_count=3
    )


def test_the_progress_of_the_last_job_does_not_show_for_the_next():
    state = new_state()
    state.take_progress(Progress("a", value=1, maximum=2))
    state.take_jobs([job("b", JobState.RUNNING)], [])
    assert state.snapshot().progress is None
    state.take_progress(Progress("", value=1, maximum=2, source="log"))
    assert state.snapshot().progress is not None


def test_a_server_is_seen_again_when_it_runs_otherwise():
    state = new_state()
    plain = ServerInfo("0.33.0", "", "", "", ("main.py",), False, 32, 8, ())
    assert state.take_info(plain) == [ServerSeen(plain)]
    assert state.take_info(replace(plain, ram_free=4)) == []
    low = replace(plain, argv=("main.py", "--lowvram"))
    assert state.take_info(low) == [ServerSeen(low)]
