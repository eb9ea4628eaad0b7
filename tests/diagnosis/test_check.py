"""All probes run, whatever one of them does."""

import asyncio

from comfydoctor.diagnosis.check import run_probes
from comfydoctor.diagnosis.probe import Probe
from comfydoctor.diagnosis.probes import PROBES
from comfydoctor.errors import Unreachable
from comfydoctor.model.probe import Outcome
from tests.diagnosis.looking import by_id, look_at, offline, simulated


class Broken(Probe):
    id = "broken"

    async def run(self, look):
        raise KeyError("no such thing")


class Deaf(Probe):
    id = "deaf"

    async def run(self, look):
        raise Unreachable("Nobody answers.")


class Endless(Probe):
    id = "endless"
    timeout = 0.01

    async def run(self, look):
        await asyncio.Event().wait()


class Fine(Probe):
    id = "fine"

    async def run(self, look):
        return self.result("All is well.")


class Elsewhere(Fine):
    id = "elsewhere"

    def applies(self, look):
        return False


async def test_each_ends_by_itself_and_the_others_go_on():
    heard = []
    probes = (Broken(), Endless(), Elsewhere(), Deaf(), Fine())
    results = await run_probes(offline(), probes, heard.append)
    assert [result.id for result in results] == ["broken", "endless", "deaf", "fine"]
    outcomes = [result.outcome for result in results]
    assert outcomes == [
        Outcome.CRASHED,
        Outcome.UNKNOWN,
        Outcome.UNKNOWN,
        Outcome.PASS,
    ]
    assert "KeyError" in results[0].detail and "no such thing" in results[0].detail
    assert results[2].detail == "Nobody answers."
    assert {result.id for result in heard} == {result.id for result in results}
    assert all(result.ms >= 0 for result in results)


async def test_a_healthy_server_passes_every_check():
    async with simulated("healthy-studio") as (_, client):
        look = await look_at(client)
        before = client.requests
        results = await run_probes(look)
    bad = [r for r in results if r.outcome in {Outcome.FAIL, Outcome.CRASHED}]
    assert not bad
    assert client.requests - before <= 12
    assert "simulated" in by_id(results)["server-answers"].detail


async def test_a_server_that_is_gone_leaves_questions_open_but_breaks_nothing():
    results = await run_probes(offline())
    assert {r.outcome for r in results} <= {Outcome.UNKNOWN, Outcome.WARN}
    assert by_id(results)["server-answers"].outcome is Outcome.UNKNOWN


def test_every_probe_is_listed_once_with_a_question():
    ids = [probe.id for probe in PROBES]
    assert len(set(ids)) == len(ids)
    assert all(probe.question.endswith("?") for probe in PROBES)
