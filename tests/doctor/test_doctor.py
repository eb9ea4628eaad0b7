"""A doctor watches a server, finds what is wrong and puts it right."""

import asyncio
import json
import math

import pytest

from comfydoctor.doctor import examining
from comfydoctor.doctor.doctor import Doctor
from comfydoctor.doctor.office import load_matcher
from comfydoctor.errors import TimedOut
from comfydoctor.model.change import (
    FindingOpened,
    FindingResolved,
    JobEnded,
    LinesAdded,
    SamplesAdded,
)
from comfydoctor.model.finding import Confidence, Severity
from comfydoctor.model.fix import EntryState, FixOutcome, FixResult, Plan, Risk
from comfydoctor.model.job import JobState
from comfydoctor.model.server import Reach, ServerProfile
from comfydoctor.store.paths import Paths
from comfydoctor.store.store import Store
from tests.simulator.bench import picture, running, sleeping
from tests.simulator.bench import until as until_true


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
        # A job that begins meanwhile fills it again; then the log is the proof.
        assert "→" in result.said or "confirms it" in result.said
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


@pytest.fixture
async def bench_doctor(home):
    """``bench_doctor(url)``: a doctor with a store of its own, not yet watching."""
    made = []

    def make(url, store):
        doctor = Doctor(ServerProfile("t", url), store=store, matcher=causes)
        made.append(doctor)
        return doctor

    yield make
    for doctor in made:
        await doctor.aclose()


async def causes():
    return await asyncio.to_thread(load_matcher)


async def cut_off(doctor, store):
    """An action that was begun and whose end was never noted."""
    plan = await doctor.plan("clear-queue")
    store.journal.intend(plan)
    return plan


async def with_waiting_jobs(talk):
    await talk.submit(sleeping(600.0, mode="poll"))
    await talk.submit(picture(1))

    async def waiting():
        return (await talk.get("/queue"))["queue_pending"]

    await until_true(waiting)


async def test_what_was_cut_off_is_looked_at_when_the_server_is_met(
    bench_doctor, home, until
):
    store = Store.open(Paths.find())
    async with running("test-bench") as talk:
        await with_waiting_jobs(talk)
        doctor = bench_doctor(talk.simulator.url, store)
        plan = await cut_off(doctor, store)
        task = asyncio.get_running_loop().create_task(doctor.run())
        await until(lambda: store.journal.entry(plan.id).state is not EntryState.INTENT)
        await until(lambda: doctor.snapshot().unfinished == ())
        task.cancel()
        await asyncio.wait({task})
        assert len((await talk.get("/queue"))["queue_pending"]) == 1
    store.close()


async def test_a_second_instance_watches_though_it_can_note_nothing(
    bench_doctor, home, until
):
    first = Store.open(Paths.find())
    async with running("test-bench") as talk:
        await with_waiting_jobs(talk)
        url = talk.simulator.url
        await cut_off(bench_doctor(url, first), first)
        second = Store.open(Paths.find(), write=False)
        doctor = bench_doctor(url, second)
        task = asyncio.get_running_loop().create_task(doctor.run())
        await until(lambda: doctor.snapshot().connection.live_events)
        await until(lambda: len(doctor.snapshot().activity) == 1)
        await asyncio.sleep(0.2)
        assert not task.done(), task
        task.cancel()
        await asyncio.wait({task})
        second.close()
    first.close()


async def test_a_check_up_that_was_not_answered_is_tried_again_soon(
    bench_doctor, home, until, monkeypatch
):
    monkeypatch.setattr(examining, "CHECK_AGAIN", 0.05)
    store = Store.open(Paths.find())
    async with running("test-bench") as talk:
        doctor = bench_doctor(talk.simulator.url, store)
        asked = []

        async def check(self):
            asked.append(1)
            if len(asked) < 3:
                raise TimedOut("busy")

        monkeypatch.setattr(examining.Examining, "check", check)
        task = asyncio.get_running_loop().create_task(doctor.run())
        await until(lambda: len(asked) >= 3)
        await asyncio.sleep(0.2)
        assert len(asked) == 3
        task.cancel()
        await asyncio.wait({task})
    store.close()


@pytest.mark.parametrize(
    ("outcome", "marked"), [(FixOutcome.DONE, 0), (FixOutcome.NOT_DONE, 1)]
)
async def test_only_an_interrupt_without_effect_tells_of_the_worker(
    bench_doctor, home, monkeypatch, outcome, marked
):
    store = Store.open(Paths.find())
    doctor = bench_doctor("http://127.0.0.1:9", store)
    plan = Plan(
        *("p", "interrupt-job", "Stop", "s", (), "Nothing.", Risk.DISRUPTIVE, "", "")
    )

    async def apply(plan):
        return FixResult(plan.id, plan.fix, outcome, "")

    told = []
    monkeypatch.setattr(doctor._treatment, "apply", apply)
    monkeypatch.setattr(doctor._watch.worker, "interrupt_sent", lambda: told.append(1))
    await doctor.apply(plan)
    assert len(told) == marked
    store.close()


async def test_a_text_is_explained_and_a_finding_ignored(bench_doctor, home):
    store = Store.open(Paths.find())
    doctor = bench_doctor("http://127.0.0.1:9", store)
    text = "torch.OutOfMemoryError: Allocation on device "
    found = await doctor.explain(text)
    assert found[0].cause.startswith("oom")
    heard = []
    doctor.on_change(heard.append)
    doctor.ignore("nothing")
    assert heard == []
    doctor._watch.board.report(found[0])
    doctor.ignore(found[0].key)
    assert isinstance(heard[0], FindingResolved)
    assert doctor.snapshot().findings == ()
    store.close()
