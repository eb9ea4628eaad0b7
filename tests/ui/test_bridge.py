"""The core's thread and the window's thread hear each other, and only through this."""

import asyncio
import threading
import time
from contextlib import asynccontextmanager

import pytest

from comfydoctor.errors import DoctorError
from comfydoctor.model.change import QueueChanged
from comfydoctor.ui.bridge import Bridge
from comfydoctor.ui.feed import KEPT
from tests.ui.examples import PROFILE


def opened(qtbot, bridge):
    with qtbot.waitSignal(bridge.opened, timeout=3000):
        bridge.open(PROFILE)


def on_core(bridge, work):
    """Run ``work()`` on the core's thread, without waiting."""
    bridge.call(lambda _office, _say: work())


def test_work_runs_on_the_core_and_its_answer_arrives_on_the_window(qtbot, bridge):
    seen = []

    def work(_office, _say):
        return threading.current_thread().name

    call = bridge.call(work)
    call.then(lambda name: seen.append((name, threading.current_thread())))
    with qtbot.waitSignal(call.ended, timeout=3000):
        pass
    assert seen == [("core", threading.main_thread())]


def test_a_failure_comes_back_as_its_exception(qtbot, bridge):
    async def work(_office, _say):
        raise DoctorError("no", advice="later")

    call = bridge.call(work)
    with qtbot.waitSignal(call.failed, timeout=3000) as told:
        pass
    assert told.args[0].advice == "later"


def test_progress_is_told_in_order(qtbot, bridge):
    async def work(_office, say):
        for step in range(5):
            say(step)
        return "end"

    steps = []
    call = bridge.call(work).then(None, None, steps.append)
    with qtbot.waitSignal(call.done, timeout=3000):
        pass
    assert steps == [0, 1, 2, 3, 4]


def test_work_can_be_taken_back(qtbot, bridge):
    async def work(_office, _say):
        await asyncio.sleep(60)

    call = bridge.call(work)
    qtbot.waitUntil(lambda: call.task is not None, timeout=3000)
    with qtbot.waitSignal(call.cancelled, timeout=3000):
        call.cancel()


def test_asking_about_a_server_that_is_not_watched_fails_in_words(qtbot, bridge):
    call = bridge.ask("http://nowhere", lambda doctor, _say: doctor)
    with qtbot.waitSignal(call.failed, timeout=3000) as told:
        pass
    assert "no longer being watched" in str(told.args[0])


def test_twenty_thousand_changes_arrive_as_few_batches(qtbot, bridge, office):
    opened(qtbot, bridge)
    doctor = office.doctors[PROFILE.key]
    batches = []
    bridge.batch.connect(batches.append)

    async def flood(_office, _say):
        for part in range(100):
            for i in range(200):
                doctor.announce(QueueChanged(part * 200 + i))
            await asyncio.sleep(0.005)

    begun = time.monotonic()
    call = bridge.call(flood)
    with qtbot.waitSignal(call.done, timeout=10_000):
        pass
    qtbot.waitUntil(lambda: bool(batches) and last(batches) == 19_999, timeout=3000)
    took = time.monotonic() - begun
    assert len(batches) <= 30 * took + 3


def last(batches):
    changes = batches[-1].changes
    return changes[-1].remaining if changes else None


def test_a_frozen_window_gets_one_batch_and_bounded_changes(qtbot, bridge, office):
    opened(qtbot, bridge)
    doctor = office.doctors[PROFILE.key]
    qtbot.wait(100)
    batches = []
    bridge.batch.connect(batches.append)
    done = threading.Event()

    async def flood(_office, _say):
        for i in range(3 * KEPT):
            doctor.announce(QueueChanged(i))
            if i % 500 == 0:
                await asyncio.sleep(0.02)
        done.set()

    bridge.call(flood)
    assert done.wait(10)  # the window's thread sleeps here
    qtbot.waitUntil(
        lambda: bool(batches) and last(batches) == 3 * KEPT - 1, timeout=3000
    )
    assert len(batches) <= 3
    assert all(len(batch.changes) <= KEPT for batch in batches)


def test_closing_a_server_ends_its_batches(qtbot, bridge, office):
    opened(qtbot, bridge)
    doctor = office.doctors[PROFILE.key]
    with qtbot.waitSignal(bridge.closed, timeout=3000) as told:
        bridge.close(PROFILE.key)
    assert told.args == [PROFILE.key]
    assert doctor.listeners == []


def test_an_office_that_does_not_open_is_told(qtbot):
    def factory():
        raise DoctorError("the files are locked")

    bridge = Bridge(factory)
    with qtbot.waitSignal(bridge.refused, timeout=3000) as told:
        bridge.start()
    assert "locked" in str(told.args[0])
    call = bridge.call(lambda office, _say: office)
    with qtbot.waitSignal(call.failed, timeout=3000):
        pass
    assert bridge.stop()


@pytest.mark.parametrize("pending", [0, 50])
def test_stopping_takes_less_than_three_seconds(qtbot, pending, office):
    @asynccontextmanager
    async def factory():
        yield office

    bridge = Bridge(factory)
    with qtbot.waitSignal(bridge.ready, timeout=3000):
        bridge.start()
    for _ in range(pending):
        bridge.call(lambda _office, _say: asyncio.sleep(60))
    begun = time.monotonic()
    assert bridge.stop()
    assert time.monotonic() - begun < 3
