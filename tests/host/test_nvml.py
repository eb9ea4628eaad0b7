"""The real pynvml over a fake driver library: figures, faults, hangs, losses."""

import asyncio
import math
import os
import sys

import pytest

from comfydoctor.host.nvml import NvmlReader


async def test_a_healthy_card_tells_everything(reader):
    report = await reader.read()
    assert report.trouble is None
    assert report.driver == "580.95.05"
    assert [card.index for card in report.readings] == [0, 1]
    card = report.readings[0]
    assert (card.uuid, card.name, card.vendor) == (
        "GPU-fake-00",
        "Fake RTX 4090",
        "nvidia",
    )
    assert card.pci == "0000:01:00.0"
    assert (card.load_percent, card.memory_load_percent) == (71, 33)
    assert card.memory_total_bytes == 24 << 30
    assert card.memory_used_bytes == 8 << 30, "without what the driver reserves"
    assert (card.temperature_c, card.power_w, card.power_limit_w) == (64, 312.5, 450)
    assert (card.clock_mhz, card.memory_clock_mhz, card.fan_percent) == (
        2520,
        10501,
        40,
    )
    assert (card.pcie_generation, card.pcie_width, card.ecc_errors) == (4, 16, 2)
    assert card.throttled == ("at its power limit", "too hot")
    assert card.trouble is None


async def test_memory_of_a_process_is_known_by_its_pid(reader):
    card = (await reader.read()).readings[0]
    assert card.memory_of(4711) == 6 << 30
    assert math.isnan(card.memory_of(4712)), "Windows drivers keep it to themselves"
    assert card.memory_of(1) == 0


@pytest.mark.parametrize(
    ("code", "words", "neutral"),
    [
        (1, "unloaded", False),
        (4, "not allowed", False),
        (8, "no power", False),
        (9, "not loaded", True),
        (10, "did not answer in time", False),
        (11, "interrupt", False),
        (14, "infoROM", False),
        (15, "dropped off the bus", False),
        (16, "must be reset", False),
        (17, "operating system", False),
        (18, "was updated", False),
        (999, "without saying why", False),
    ],
)
async def test_a_driver_that_fails_is_named_in_plain_words(
    reader, faults, code, words, neutral
):
    faults.write_text(f"init {code}\n")
    report = await reader.read()
    assert report.readings == ()
    assert words in report.trouble.text
    assert report.trouble.code == code
    assert report.trouble.neutral is neutral
    assert reader.pid is None, "no child is kept for a driver that cannot"


async def test_without_a_driver_library_nothing_is_wrong():
    reader = NvmlReader(env={**os.environ, "LD_LIBRARY_PATH": ""})
    report = await reader.read()
    if report.trouble is None:
        pytest.skip("this computer has a real NVIDIA driver")
    assert report.trouble.neutral
    assert report.trouble.text == "No NVIDIA driver is installed."
    assert reader.pid is None


async def test_a_driver_that_was_missing_is_tried_again_after_a_minute(
    reader, faults, hands
):
    faults.write_text("init 9\n")
    await reader.read()
    faults.write_text("")
    assert (await reader.read()).trouble.code == 9
    hands.now += 61
    assert len((await reader.read()).readings) == 2


@pytest.mark.parametrize("code", [8, 10, 11, 14, 15, 16, 17, 29, 999])
async def test_a_card_that_fails_leaves_the_other_readable(reader, faults, code):
    await reader.read()
    faults.write_text(f"card 0 {code}\n")
    lost, well = (await reader.read()).readings
    assert lost.trouble.code == code
    assert lost.trouble.incident is (code in {8, 11, 14, 15, 16})
    assert lost.uuid == "GPU-fake-00"
    assert math.isnan(lost.load_percent)
    assert math.isnan(lost.memory_used_bytes)
    assert well.trouble is None
    assert well.load_percent == 71


async def test_a_card_that_recovers_is_read_again(reader, faults):
    faults.write_text("card 0 999\n")
    assert (await reader.read()).readings[0].trouble.code == 999
    faults.write_text("")
    await reader.read()
    assert (await reader.read()).readings[0].load_percent == 71


async def test_a_card_that_vanishes_keeps_its_place_and_says_so(reader, faults):
    await reader.read()
    faults.write_text("cards 1\ncard 1 15\n")
    first = (await reader.read()).readings
    assert first[1].trouble.code == 15
    second = (await reader.read()).readings
    assert [card.uuid for card in second] == ["GPU-fake-00", "GPU-fake-10"]
    assert "no longer listed" in second[1].trouble.text
    assert second[1].trouble.incident
    assert second[0].load_percent == 71


async def test_a_figure_that_a_card_does_not_tell_is_not_a_number(reader, faults):
    faults.write_text("only FanSpeed\nonly PowerUsage\n")
    card = (await reader.read()).readings[0]
    assert math.isnan(card.fan_percent)
    assert math.isnan(card.power_w)
    assert card.load_percent == 71
    assert card.trouble is None


async def test_slices_of_a_card_are_listed_with_their_own_memory(reader, faults):
    faults.write_text("cards 1\nmig 0\n")
    whole, first, second = (await reader.read()).readings
    assert math.isnan(whole.memory_used_bytes)
    assert math.isnan(whole.load_percent)
    assert {first.parent, second.parent} == {whole.uuid}
    assert first.uuid != second.uuid
    assert first.name.endswith("MIG 1g.5gb")
    assert first.memory_used_bytes == 8 << 30
    assert math.isnan(first.load_percent)


async def test_a_hanging_driver_costs_one_deadline_and_never_the_loop(reader, faults):
    await reader.read()
    faults.write_text("hang 0\n")
    beats = 0

    async def heart():
        nonlocal beats
        while True:
            await asyncio.sleep(0.02)
            beats += 1

    async with asyncio.TaskGroup() as group:
        beating = group.create_task(heart())
        report = await reader.read()
        beating.cancel()
    assert "did not answer within 1 s" in report.trouble.text
    assert all(math.isnan(card.load_percent) for card in report.readings)
    assert len(report.readings) == 2
    assert beats > 10
    faults.write_text("")
    assert (await reader.read()).readings[0].load_percent == 71


async def test_after_three_restarts_it_is_off_with_the_reason(faults, hands):
    dying = [sys.executable, "-c", "input()"]
    reader = NvmlReader(dying, clock=hands)
    for _ in range(3):
        report = await reader.read()
        assert report.trouble.advice == "Trying again."
    off = (await reader.read()).trouble
    assert "its process ended" in off.text
    assert off.incident
    hands.now += 1e6
    assert (await reader.read()).trouble is off
    assert reader.pid is None


async def test_ten_minutes_of_health_forgive_earlier_restarts(hands):
    reader = NvmlReader([sys.executable, "-c", "input()"], clock=hands)
    for _ in range(6):
        report = await reader.read()
        hands.now += 601
    assert report.trouble.advice == "Trying again."


@pytest.mark.parametrize("answer", ["{", "[]", "x" * 2_000_000])
async def test_nonsense_from_the_child_is_a_fault_not_a_crash(answer):
    script = f"input(); print({answer!r})"
    reader = NvmlReader([sys.executable, "-c", script])
    assert not (await reader.read()).trouble.neutral
    await reader.aclose()


async def test_a_child_that_cannot_start_is_a_fault_not_a_crash(tmp_path):
    reader = NvmlReader([str(tmp_path / "nothing")])
    assert "cannot be started" in (await reader.read()).trouble.text


async def test_a_cancelled_reading_does_not_mix_up_the_next(reader, faults):
    await reader.read()
    faults.write_text("hang 1\n")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await reader.read()
    faults.write_text("cards 1\n")
    report = await reader.read()
    assert report.readings[0].load_percent == 71


async def test_the_child_ends_with_us(reader):
    await reader.read()
    pid = reader.pid
    await reader.aclose()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
