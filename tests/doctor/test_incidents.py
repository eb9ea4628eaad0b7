"""An incident writes its own timeline, survives a restart, and fills notices."""

import pytest

from comfydoctor.errors import UsageError
from comfydoctor.model.incident import Audience, EntryKind, Gravity, NoticeWish, Stage


@pytest.fixture
async def failing(office, simulated, until):
    async with simulated("out-of-memory") as url:
        doctor = await office.open(await office.profile_for(url))
        await until(lambda: doctor.snapshot().findings, what=doctor.snapshot)
        yield doctor


async def test_the_timeline_writes_itself_from_the_first_line(failing, until):
    incidents = failing.incidents
    begun = incidents.begin("Pictures fail")
    assert begun.gravity is Gravity.HIGH
    assert begun.entries[0].kind is EntryKind.BEGAN
    assert any(e.kind is EntryKind.FOUND and e.cause for e in begun.entries)
    incidents.note("A customer called. key sk-" + "a" * 24)
    await failing.apply(await failing.plan("free-memory"))
    kinds = lambda: {entry.kind for entry in incidents.open.entries}  # noqa: E731
    await until(lambda: {EntryKind.FIX, EntryKind.JOB} <= kinds(), what=kinds)
    assert "sk-" not in repr(incidents.open)
    ended = incidents.end("It works again")
    assert ended.ended is not None and incidents.open is None
    assert incidents.kept()[0].id == ended.id


async def test_what_nobody_ended_goes_on_after_a_restart(failing, office):
    begun = failing.incidents.begin("Pictures fail", Gravity.CRITICAL)
    failing.incidents.change(lead="Jane", gravity="low")
    again = await office.doctor(failing.profile)
    again.incidents.open = None
    again.incidents.take_up()
    assert again.incidents.open.id == begun.id
    assert again.incidents.open.lead == "Jane"
    assert again.incidents.open.gravity is Gravity.LOW
    with pytest.raises(UsageError, match="still open"):
        again.incidents.begin("Another")
    ended = again.incidents.end()
    assert again.incidents.reopen(ended.id).ended is None


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "ja", "ko", "zh"])
async def test_a_notice_is_filled_and_names_its_gaps(failing, language):
    failing.incidents.begin("Pictures fail")
    failing.incidents.change(lead="Jane")
    for audience in Audience:
        for stage in Stage:
            wish = NoticeWish(audience, stage, language, impact="Orders wait.")
            notice = await failing.incidents.notice(wish)
            assert "Pictures fail" in notice.subject
            assert "{" not in notice.body
            assert set(notice.missing) <= {"done", "estimate"}


async def test_without_an_incident_there_is_nothing_to_write(office):
    doctor = await office.doctor(await office.profile_for("http://127.0.0.1:9"))
    with pytest.raises(UsageError, match="No incident is open"):
        doctor.incidents.note("x")
    doctor.incidents.begin("  ")
    assert doctor.incidents.open.title == "Something is wrong"
    wish = NoticeWish(Audience.TEAM, Stage.FIRST, "tlh")
    with pytest.raises(UsageError, match="only"):
        await doctor.incidents.notice(wish)
