"""One check-up asks every probe that applies, and never two side by side."""

import asyncio

from comfydoctor.content.catalogue import Catalogue
from comfydoctor.diagnosis.signatures import Matcher
from comfydoctor.doctor import checkup
from comfydoctor.doctor.checkup import Checkup, Circumstances
from comfydoctor.doctor.meeting import meet
from comfydoctor.model.logline import LogLine
from comfydoctor.model.probe import Outcome
from comfydoctor.telemetry.series import History
from tests.doctor.bench import bench


async def given(ours, **more):
    known = await meet(ours.client)
    matcher = Matcher(Catalogue())
    return Circumstances(known, (), History(lambda: 1000.0), matcher, **more)


def made(ours):
    loop = asyncio.get_running_loop()
    return Checkup(ours.client, wall=lambda: 1000.0, steady=loop.time)


async def test_results_come_one_by_one_and_all_together():
    async with bench() as ours:
        told = []
        results = await made(ours).run(await given(ours), told.append)
        assert {result.id for result in results} == {result.id for result in told}
        assert len(results) == len(told) > 5
        assert Outcome.CRASHED not in {result.outcome for result in results}


async def test_only_the_named_probes_run():
    async with bench() as ours:
        results = await made(ours).run(await given(ours), only={"disk", "memory"})
        assert {result.id for result in results} == {"disk", "memory"}


async def test_probes_get_all_that_is_known(monkeypatch):
    seen = []

    async def note(look, probes, on_result=None):
        seen.append(look)
        return ()

    monkeypatch.setattr(checkup, "run_probes", note)
    async with bench() as ours:
        circumstances = await given(ours, workflow={"1": {}})
        lined = Circumstances(
            circumstances.known,
            [LogLine("hello")],
            circumstances.series,
            circumstances.matcher,
            circumstances.workflow,
        )
        await made(ours).run(lined)
        [look] = seen
        assert look.info is circumstances.known.info
        assert look.folders == circumstances.known.folders
        assert look.log_lines == (LogLine("hello"),)
        assert look.workflow == {"1": {}}
        assert look.clock() == 1000.0


async def test_two_check_ups_take_turns(monkeypatch):
    inside, most = [0], [0]

    async def slow(look, probes, on_result=None):
        inside[0] += 1
        most[0] = max(most[0], inside[0])
        await asyncio.sleep(0.01)
        inside[0] -= 1
        return ()

    monkeypatch.setattr(checkup, "run_probes", slow)
    async with bench() as ours:
        circumstances = await given(ours)
        ours_checkup = made(ours)
        await asyncio.gather(*(ours_checkup.run(circumstances) for _ in range(3)))
    assert most == [1]
