"""Failures of the last jobs, and what a later good run disproves."""

import asyncio

from comfydoctor.diagnosis.probes.recent_failures import RecentFailures, sorted_out
from comfydoctor.model.job import Job, JobError, JobState
from comfydoctor.model.probe import Outcome
from tests.diagnosis.looking import causes, look_at, simulated

BAD = JobError("ValueError", "no")


def job(state, name="a", error=None):
    return Job(name, state, error=error, workflow_name=name, node_count=7)


async def test_a_scenario_with_failures_names_their_cause():
    async with simulated("out-of-memory") as (_, client):
        await until_one_failed(client)
        result = await RecentFailures().run(await look_at(client))
    assert result.outcome is Outcome.FAIL
    assert causes(result) == ["oom-workload-too-big"]
    assert "failed" in result.detail


async def until_one_failed(client):
    for _ in range(400):
        if (await client.history(1))[0].state is JobState.FAILED:
            return
        await asyncio.sleep(0.05)
    raise AssertionError("no job fails in this scenario")


async def test_a_server_that_ran_nothing_is_not_judged():
    async with simulated("test-bench") as (_, client):
        result = await RecentFailures().run(await look_at(client))
    assert result.outcome is Outcome.UNKNOWN


def test_a_later_good_run_of_the_same_workflow_mends_a_failure():
    newest_first = [
        job(JobState.FAILED, "b", BAD),
        job(JobState.SUCCEEDED, "a"),
        job(JobState.FAILED, "a", BAD),
        job(JobState.SUCCEEDED, "b"),
    ]
    still, mended = sorted_out(newest_first)
    assert [j.id for j in still] == ["b"]
    assert [j.id for j in mended] == ["a"]


def test_without_a_name_nothing_is_disproved():
    still, mended = sorted_out(
        [job(JobState.SUCCEEDED, ""), job(JobState.FAILED, "", BAD)]
    )
    assert len(still) == 1 and not mended


def test_a_blocked_output_is_looked_into_though_the_job_succeeded():
    still, _ = sorted_out([job(JobState.SUCCEEDED, "a", BAD)])
    assert len(still) == 1


def test_stopped_jobs_are_no_failures():
    assert sorted_out([job(JobState.INTERRUPTED)]) == ([], [])
