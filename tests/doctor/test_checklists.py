"""Checklists fill themselves in on a real look, and keep what people said."""

import pytest

from comfydoctor.errors import UsageError
from comfydoctor.model.checklist import TaskState


def state(view, task):
    return next(one for one in view.tasks if one.task.id == task)


async def test_a_healthy_server_passes_what_can_be_looked_up(office, simulated):
    async with simulated("healthy-studio") as url:
        doctor = await office.open(await office.profile_for(url))
        views = []
        view = await doctor.checklists.begin("five-minutes", views.append)
        assert len(views) >= 8
        assert view.asking == ()
        assert view.count(TaskState.BAD) == 0, view.tasks
        assert state(view, "disk").state is TaskState.GOOD
        assert state(view, "disk").why
        opened = {v.task.id for v in view.tasks if v.state is TaskState.OPEN}
        assert {"result", "changed"} <= opened


async def test_trouble_is_marked_with_its_evidence(office, simulated, until):
    async with simulated("out-of-memory") as url:
        doctor = await office.open(await office.profile_for(url))
        await until(lambda: doctor.snapshot().findings, what=doctor.snapshot)
        view = await doctor.checklists.begin("five-minutes")
        assert state(view, "vram").state is TaskState.BAD
        assert state(view, "vram").why
        assert state(view, "vram").task.fix == "free-memory"


async def test_a_person_s_word_goes_first_is_kept_and_taken_back(office, simulated):
    async with simulated("healthy-studio") as url:
        doctor = await office.open(await office.profile_for(url))
        view = await doctor.checklists.begin("five-minutes")
        run, tick = view.run, doctor.checklists.tick
        view = tick(run, "result", TaskState.GOOD, "looks fine")
        view = tick(run, "disk", TaskState.BAD, "the NAS is full")
        assert state(view, "disk").why == "the NAS is full"
        again = await doctor.checklists.resume(run)
        assert state(again, "result").state is TaskState.GOOD
        assert state(again, "disk").state is TaskState.BAD
        view = tick(run, "disk", TaskState.OPEN)
        assert state(view, "disk").state is TaskState.GOOD
        entries = {entry.id: entry for entry in await doctor.checklists.entries()}
        assert entries["five-minutes"].last > 0
        assert entries["go-live"].last == 0


async def test_what_is_not_there_is_said(office):
    doctor = await office.doctor(await office.profile_for("http://127.0.0.1:9"))
    with pytest.raises(UsageError, match="no checklist none"):
        await doctor.checklists.begin("none")
    with pytest.raises(UsageError, match="is not open"):
        doctor.checklists.tick("x", "result", TaskState.GOOD)
    view = await doctor.checklists.begin("five-minutes")
    assert view.count(TaskState.GOOD) == 0
    with pytest.raises(UsageError, match="no task x"):
        doctor.checklists.tick(view.run, "x", TaskState.GOOD)
