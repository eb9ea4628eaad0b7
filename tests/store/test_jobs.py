from dataclasses import replace

from comfydoctor.model.job import Job, JobError, JobState, Output
from comfydoctor.store.jobs import Jobs

FULL = Job(
    id="a",
    state=JobState.FAILED,
    number=3.0,
    created=1.0,
    started=2.0,
    ended=5.0,
    error=JobError("torch.OutOfMemoryError", "no room", "3", "KSampler", ("x", "y")),
    outputs=(Output("f.png", "sub", "output", "9", "images"),),
    cached_nodes=1,
    node_count=7,
    workflow_name="portrait ü",
    client_id="c",
)


def test_a_job_comes_back_as_it_was(database):
    jobs = Jobs(database, "s")
    jobs.keep(FULL)
    assert jobs.get("a") == FULL
    assert jobs.recent() == (FULL,)
    assert jobs.get("b") is None
    assert Jobs(database, "other").recent() == ()


def test_a_job_is_kept_once_with_the_newest_account(database):
    jobs = Jobs(database, "s")
    jobs.keep(replace(FULL, state=JobState.LOST, error=None))
    jobs.keep(FULL)
    assert jobs.get("a") == FULL
    jobs.keep(replace(FULL, state=JobState.LOST))
    assert jobs.get("a") == FULL
    assert len(jobs.recent()) == 1


def test_the_newest_come_first(database):
    jobs = Jobs(database, "s")
    jobs.keep(*(Job(str(n), JobState.SUCCEEDED, ended=float(n)) for n in range(9)))
    assert [job.id for job in jobs.recent(3)] == ["8", "7", "6"]
    jobs.prune(kept=2)
    assert [job.id for job in jobs.recent()] == ["8", "7"]


def test_keys_in_errors_are_not_kept(database):
    jobs = Jobs(database, "s")
    secret = "sk-proj-AbCdEf0123456789AbCdEf0123456789"
    jobs.keep(replace(FULL, error=JobError("E", f"bad key {secret}")))
    assert secret not in str(database.read("SELECT * FROM job"))
    assert jobs.get("a").error.message == "bad key [removed]"


def test_a_damaged_row_is_left_out(database):
    jobs = Jobs(database, "s")
    jobs.keep(FULL, replace(FULL, id="b"))
    database.write(lambda c: c.execute("UPDATE job SET body = '{' WHERE id = 'a'"))
    assert [job.id for job in jobs.recent()] == ["b"]
    assert jobs.get("a") is None
