"""A doctor watches a server, finds what is wrong and puts it right."""

import json
import math

from comfydoctor.model.change import (
    FindingOpened,
    FindingResolved,
    JobEnded,
    LinesAdded,
    SamplesAdded,
)
from comfydoctor.model.finding import Confidence, Severity
from comfydoctor.model.fix import FixOutcome
from comfydoctor.model.job import JobState
from comfydoctor.model.server import Reach


async def watch(office, url):
    return await office.open(await office.profile_for(url))


async def test_a_healthy_server_is_seen_live(office, simulated, until):
    async with simulated("healthy-studio") as url:
        doctor = await watch(office, url)
        heard = []
        doctor.on_change(heard.append)
        kinds = (JobEnded, LinesAdded, SamplesAdded)
        await until(
            lambda: all(any(isinstance(c, kind) for c in heard) for kind in kinds)
        )
        snapshot = doctor.snapshot()
        assert snapshot.connection.reach is Reach.CONNECTED
        assert snapshot.connection.live_events and snapshot.connection.log_stream
        assert snapshot.info.simulated == "healthy-studio"
        assert snapshot.recent[0].state is JobState.SUCCEEDED
        assert snapshot.findings == ()
        _times, loads = doctor.history("gpu.load", "gpu0", 60)
        assert any(not math.isnan(load) for load in loads)


async def test_running_out_of_memory_is_found_fixed_and_verified(
    office, simulated, until
):
    async with simulated("out-of-memory") as url:
        doctor = await watch(office, url)
        oom = "oom-"
        await until(
            lambda: any(f.cause.startswith(oom) for f in doctor.snapshot().findings),
            what=lambda: doctor.snapshot().findings,
        )
        [finding, *_] = [
            f for f in doctor.snapshot().findings if f.cause.startswith(oom)
        ]
        assert finding.severity >= Severity.ERROR
        assert finding.confidence >= Confidence.LIKELY
        assert finding.evidence
        assert {"free-memory", "unload-models"} & {fix.id for fix in finding.fixes}
        plan = await doctor.plan("free-memory")
        assert plan.loses
        result = await doctor.apply(plan)
        assert result.outcome is FixOutcome.DONE
        assert "→" in result.said
        assert doctor.snapshot().activity[0].id == result.entry


def told(item):
    """All of an item but the time at which the server took it, which is its own."""
    extra = json.loads(item.extra_data_json)
    extra.pop("create_time", None)
    return item.number, item.id, item.prompt_json, item.outputs, extra


async def test_a_parked_queue_is_put_back_exactly(office, simulated, until):
    async with simulated("stuck-queue-in-node") as url:
        doctor = await watch(office, url)
        await until(lambda: len(doctor.snapshot().pending) >= 2)
        before = await doctor.client.queue()
        plan = await doctor.plan("clear-queue")
        result = await doctor.apply(plan)
        assert result.outcome is FixOutcome.DONE
        parked = {item.id for item in before.pending}
        assert not parked & {i.id for i in (await doctor.client.queue()).pending}
        undone = await doctor.undo(result.entry)
        assert undone.outcome is FixOutcome.DONE
        after = [i for i in (await doctor.client.queue()).pending if i.id in parked]
        assert [told(item) for item in after] == [told(i) for i in before.pending]


async def test_a_worker_that_died_in_the_queue_is_certain(office, simulated, until):
    async with simulated("stuck-queue-in-queue") as url:
        doctor = await watch(office, url)

        def dead():
            found = doctor.snapshot().findings
            return [f for f in found if f.cause == "prompt-worker-dead"]

        await until(dead, what=lambda: doctor.snapshot())
        assert dead()[0].confidence is Confidence.CERTAIN
        assert dead()[0].severity is Severity.CRITICAL


async def test_a_server_that_goes_away_is_said_to_be_down(office, simulated, until):
    async with simulated("healthy-studio") as url:
        doctor = await watch(office, url)
        await until(lambda: doctor.snapshot().connection.reach is Reach.CONNECTED)
    await until(lambda: doctor.snapshot().connection.reach is Reach.DOWN)
    assert doctor.snapshot().connection.detail


async def test_a_check_works_without_watching(office, simulated):
    async with simulated("healthy-studio") as url:
        report = await office.check(await office.profile_for(url))
        assert report.server["simulated"] == "healthy-studio"
        assert report.probes
        assert not [f for f in report.findings if f.severity >= Severity.ERROR]


async def test_a_finding_is_opened_once_until_it_is_resolved(office, simulated, until):
    async with simulated("out-of-memory") as url:
        doctor = await watch(office, url)
        is_open, opened_twice, failed = set(), [], []

        def note(change):
            if isinstance(change, FindingOpened):
                if change.finding.key in is_open:
                    opened_twice.append(change.finding.key)
                is_open.add(change.finding.key)
            elif isinstance(change, FindingResolved):
                is_open.discard(change.finding.key)
            elif isinstance(change, JobEnded) and change.job.state is JobState.FAILED:
                failed.append(change.job)

        doctor.on_change(note)
        await until(lambda: len(failed) >= 2, seconds=60)
        assert opened_twice == []
        assert is_open >= {finding.key for finding in doctor.snapshot().findings}
