"""Which readings are taken where, and what taking them costs."""

import asyncio
import os
from math import isnan, nan

import pytest

from comfydoctor.doctor.instruments import Instruments
from comfydoctor.doctor.meeting import Acquaintance, meet
from comfydoctor.host.local import Place, Whereabouts
from comfydoctor.model.metric import Sample
from comfydoctor.model.server import Device, ServerInfo
from comfydoctor.telemetry.series import History
from tests.doctor.bench import bench

CARD = Device("NVIDIA GeForce RTX 4090", "cuda", 0, 24, 20, 2, 1)
PROCESSOR = Device("cpu", "cpu", None, 10, 5, 10, 5)


def info(*devices, simulated=""):
    return ServerInfo(
        *("0.33.0", "linux", "3.12", "2.9", (), False, 32, 8, devices),
        simulated=simulated,
    )


def known(place, *devices, pid=None, simulated=""):
    where = Whereabouts(place, "", pid)
    return Acquaintance(info(*devices, simulated=simulated), whereabouts=where)


def instruments(client=None, deliver=lambda samples: None, steady=lambda: 0.0):
    return Instruments(client, deliver, steady=steady)


def series(**readings):
    """Fresh readings, such as ``gpu_load=50``."""
    history = History(lambda: 100.0)
    for name, value in readings.items():
        subject = "gpu0" if name.startswith("gpu") else ""
        history.add([Sample(name.replace("_", "."), 99.0, value, subject)])
    return history


# Usage.


def test_usage_is_not_known_without_readings():
    gpu, cpu = instruments().usage(series(), info(CARD))
    assert isnan(gpu) and isnan(cpu)


def test_a_server_without_a_card_has_no_load_of_one():
    gpu, cpu = instruments().usage(series(process_cpu=80.0), info(PROCESSOR))
    assert (gpu, cpu) == (0.0, 80.0)


def test_a_server_that_names_no_devices_may_have_a_card():
    gpu, _cpu = instruments().usage(series(), info())
    assert isnan(gpu)


def test_the_busiest_card_and_the_servers_process_count():
    history = series(gpu_load=10.0, process_cpu=5.0)
    history.add([Sample("gpu.load", 99.0, 70.0, "gpu1")])
    history.add([Sample("gpu.load", 99.0, nan, "gpu2")])
    assert instruments().usage(history, info(CARD)) == (70.0, 5.0)


def test_old_readings_are_none():
    history = History(lambda: 1000.0)
    history.add([Sample("gpu.load", 99.0, 70.0, "gpu0")])
    assert isnan(instruments().usage(history, info(CARD))[0])


def test_of_the_simulator_the_whole_computer_counts():
    history = series(gpu_load=10.0, host_cpu=50.0)
    _gpu, cpu = instruments().usage(history, info(CARD, simulated="demo"))
    assert 0.0 < cpu < 50.0
    _gpu, cpu = instruments().usage(series(), info(CARD, simulated="demo"))
    assert isnan(cpu)


# Where they read.


def test_cards_are_read_here_only_for_servers_here_and_simulated_ones():
    assert not instruments().reads_cards
    for place, simulated, reads in (
        (Place.HERE, "", True),
        (Place.ELSEWHERE, "", False),
        (Place.NOT_KNOWN, "", False),
        (Place.ELSEWHERE, "demo", True),
    ):
        ours = instruments()
        ours.place(known(place, CARD, simulated=simulated))
        assert ours.reads_cards is reads


async def metrics_of(acquaintance, client=None, wanted=lambda seen: seen):
    """Run the instruments until ``wanted`` holds of the metrics that came."""
    seen, enough = set(), asyncio.Event()

    def deliver(samples):
        seen.update(sample.metric for sample in samples)
        if wanted(seen):
            enough.set()

    ours = instruments(client, deliver)
    task = asyncio.get_running_loop().create_task(ours.run())
    ours.place(acquaintance)
    try:
        async with asyncio.timeout(20):
            await enough.wait()
    finally:
        task.cancel()
        await asyncio.wait({task})
    return seen


async def test_of_a_server_elsewhere_this_computer_tells_only_what_we_cost():
    seen = await metrics_of(
        known(Place.ELSEWHERE, CARD), wanted=lambda seen: "own.ram" in seen
    )
    assert seen <= {"own.cpu", "own.ram"}


async def test_of_a_server_here_this_computer_is_read():
    acquaintance = known(Place.HERE, PROCESSOR, pid=os.getpid())
    seen = await metrics_of(
        acquaintance, wanted=lambda seen: {"host.ram_used", "process.ram"} <= seen
    )
    assert {"host.ram_used", "process.ram"} <= seen


async def test_of_a_simulated_server_the_simulators_computer_is_read():
    async with bench() as ours:
        acquaintance = await meet(ours.client)
        seen = await metrics_of(
            acquaintance, ours.client, lambda seen: "host.ram_used" in seen
        )
        assert "process.ram" not in seen
        assert "GET /comfydoctor/simulated/host" in ours.asked


async def test_other_instruments_are_taken_when_the_server_moved():
    seen = []
    ours = instruments(None, lambda samples: seen.extend(s.metric for s in samples))
    task = asyncio.get_running_loop().create_task(ours.run())
    try:
        ours.place(known(Place.ELSEWHERE, PROCESSOR))
        async with asyncio.timeout(20):
            while "own.ram" not in seen:
                await asyncio.sleep(0.01)
            assert "host.ram_used" not in seen
            ours.place(known(Place.HERE, PROCESSOR, pid=os.getpid()))
            while "host.ram_used" not in seen:
                await asyncio.sleep(0.01)
    finally:
        task.cancel()
        await asyncio.wait({task})


# Cost.


def test_what_watching_costs_is_not_known_at_first():
    cost = instruments().cost(5)
    assert isnan(cost.cpu_percent) and isnan(cost.ram_bytes)
    assert isnan(cost.requests_per_minute)


def test_our_own_readings_are_kept():
    ours = instruments()
    ours.note((Sample("own.cpu", 1.0, 2.5), Sample("host.cpu", 1.0, 99.0)))
    ours.note((Sample("own.ram", 1.0, 1e8),))
    cost = ours.cost(0)
    assert (cost.cpu_percent, cost.ram_bytes) == (2.5, 1e8)


def test_requests_are_counted_over_the_last_minute():
    now = [0.0]
    ours = instruments(steady=lambda: now[0])
    for second in range(181):
        now[0] = float(second)
        cost = ours.cost(2 * second if second <= 120 else 240)
    assert cost.requests_per_minute == pytest.approx(0.0)
    now[0] = 190.0
    assert ours.cost(250).requests_per_minute == pytest.approx(10.0)


def test_the_greeting_does_not_look_like_a_flood():
    now = [0.0]
    ours = instruments(steady=lambda: now[0])
    ours.cost(0)
    now[0] = 0.5
    assert isnan(ours.cost(25).requests_per_minute)
    now[0] = 10.0
    assert isnan(ours.cost(40).requests_per_minute)
    now[0] = 30.0
    assert ours.cost(60).requests_per_minute == pytest.approx(60.0)
