"""Answers, their time and date, and the event channel."""

import pytest

from comfydoctor.comfy.client import Client
from comfydoctor.comfy.http import Http
from comfydoctor.diagnosis.answers import Answers, Tick
from comfydoctor.diagnosis.probes import live_events
from comfydoctor.diagnosis.probes.clock import Clock
from comfydoctor.diagnosis.probes.live_events import LiveEvents
from comfydoctor.diagnosis.probes.response_time import ResponseTime
from comfydoctor.diagnosis.probes.server_answers import ServerAnswers
from comfydoctor.model.probe import Outcome
from comfydoctor.model.server import ServerProfile
from tests.comfy.web_server import serving
from tests.diagnosis.looking import causes, look_at, offline, simulated
from tests.diagnosis.servers import server


class Told(Answers):
    """A server whose exchanges went like this."""

    def __init__(self, seconds, ahead):
        self.told = Tick(seconds, ahead)

    async def tick(self):
        return self.told


async def run(probe, seconds=0.01, ahead=0.0, **known):
    look = offline(info=server(), **known)
    look.answers = Told(seconds, ahead)
    return await probe.run(look)


async def test_a_server_is_named_with_its_version():
    result = await run(ServerAnswers())
    assert result.detail == "ComfyUI 0.33.0 answers in 10 ms."


async def test_slow_answers_are_a_warning():
    assert (await run(ResponseTime())).outcome is Outcome.PASS
    result = await run(ResponseTime(), seconds=4.0)
    assert causes(result) == ["server-answers-slowly"]


@pytest.mark.parametrize(
    ("ahead", "words"), [(7200.0, "7200 s ahead of"), (-90.0, "90 s behind")]
)
async def test_clocks_that_differ_are_a_remark(ahead, words):
    result = await run(Clock(), ahead=ahead)
    assert causes(result) == ["clocks-differ"]
    assert words in result.detail


async def test_clocks_that_agree_or_are_not_told():
    assert (await run(Clock(), ahead=3.0)).outcome is Outcome.PASS
    assert (await run(Clock(), ahead=float("nan"))).outcome is Outcome.UNKNOWN


async def test_a_channel_that_opens_passes_and_is_closed_again():
    async with simulated("test-bench") as (simulator, client):
        result = await LiveEvents().run(await look_at(client))
        assert result.outcome is Outcome.PASS
        assert not [s for s in simulator.life.hub.sockets if not s.closed]


async def test_a_channel_that_a_proxy_blocks_is_a_warning(monkeypatch):
    monkeypatch.setattr(live_events, "PATIENCE", 0.3)
    async with serving({}) as served:
        client = Client(Http(ServerProfile("x", served.url)))
        result = await LiveEvents().run(offline(client=client))
        await client.aclose()
    assert causes(result) == ["event-channel-blocked"]
    assert "404" in result.detail
