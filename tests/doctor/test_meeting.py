"""What is asked when a server is met, and how a restart is told."""

import asyncio

import pytest

from comfydoctor.comfy.liveness import Marks
from comfydoctor.doctor.meeting import (
    Acquaintance,
    has_restarted,
    meet,
    remembering,
)
from comfydoctor.errors import ServerError, TimedOut
from comfydoctor.host.local import Place
from comfydoctor.model.manager import ManagerGeneration
from comfydoctor.model.server import ServerInfo
from tests.comfy.web_server import STATS, asking
from tests.doctor.bench import bench
from tests.simulator.bench import picture

OPTIONAL = ("/features", "/internal/logs/raw", "/internal/folder_paths", "/history")


def info():
    return ServerInfo("0.33.0", "", "", "", (), False, 0, 0, ())


def acquaintance(**marks):
    return Acquaintance(info(), marks=Marks(**marks))


async def test_everything_is_asked_once_and_nothing_heavy():
    async with bench() as ours:
        await ours.talk.ended(await ours.talk.submit(picture(1)))
        known = await meet(ours.client)
        assert known.info.simulated == "test-bench"
        assert known.features is not None and known.features.flags
        assert known.manager.generation is ManagerGeneration.NONE
        assert known.entries and known.folders["checkpoints"]
        assert known.marks.history and known.marks.log_entries
        assert known.whereabouts.place is Place.HERE
        assert len(ours.asked) == len(set(ours.asked))
        assert not [path for path in ours.asked if "object_info" in path]


async def test_refusals_of_optional_routes_do_not_end_the_meeting():
    routes = {"GET /system_stats": STATS}
    routes |= {f"GET {path}": (403, b"no") for path in OPTIONAL}
    async with asking(routes) as (served, client):
        known = await meet(client)
        assert known.info.version == "0.33.0"
        assert known.features is None
        assert known.entries == () and known.folders == {}
        assert known.marks == Marks()
        assert {f"GET {path}" for path in OPTIONAL} <= set(served.paths)


async def test_without_the_figures_there_is_no_meeting():
    async with asking({"GET /features": {}}) as (_, client):
        with pytest.raises(ServerError):
            await meet(client)


async def test_a_stalling_server_is_not_met():
    async def stall(_):
        await asyncio.sleep(5)

    async with asking({"GET /system_stats": stall}) as (_, client):
        with pytest.raises(TimedOut):
            await meet(client)


def test_nothing_new_is_no_restart():
    same = acquaintance(first_log="a", last_log="b", log_entries=2)
    assert not has_restarted(same, same, was_lost=True)


def test_a_log_that_begins_anew_is_a_restart():
    before = acquaintance(first_log="2026-01-01T10", last_log="2026-01-01T11")
    now = acquaintance(
        first_log="2026-01-01T12",
        last_log="2026-01-01T12",
        log_entries=5,
        started="2026-01-01T12",
    )
    assert has_restarted(before, now, was_lost=False)
    assert has_restarted(before, now, was_lost=True)


def test_an_emptied_history_is_a_restart_only_when_it_was_lost_from_sight():
    before = acquaintance(history=frozenset({"a", "b"}))
    now = acquaintance(history=frozenset())
    assert has_restarted(before, now, was_lost=True)
    assert not has_restarted(before, now, was_lost=False)


def test_a_history_that_went_on_is_no_restart():
    before = acquaintance(history=frozenset({"a", "b"}))
    now = acquaintance(history=frozenset({"b", "c"}))
    assert not has_restarted(before, now, was_lost=True)


def test_a_meeting_that_told_nothing_does_not_hide_a_restart():
    before = acquaintance(first_log="1", last_log="2", log_entries=2, started="1")
    halfway = remembering(acquaintance(), before)
    after = acquaintance(first_log="5", last_log="6", log_entries=2, started="5")
    assert has_restarted(halfway, remembering(after, halfway), was_lost=True)
    assert remembering(acquaintance(), None).marks == Marks()
