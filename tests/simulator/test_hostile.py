import asyncio
import json
import zlib

import aiohttp
import pytest

from comfydoctor.simulator.scenario import Hostile, load_scenario
from tests.simulator.bench import Talk, running

ATTACKS = Hostile.model_fields["attack"].annotation.__args__


def _hostile(attack: str):
    entry = Hostile(path="/queue", attack=attack)
    return load_scenario("test-bench").model_copy(update={"hostile": (entry,)})


async def _first_bytes(talk: Talk) -> bytes:
    url = talk.simulator.url + "/api/queue"
    async with talk.session.get(
        url, allow_redirects=False, max_line_size=65536, max_field_size=65536
    ) as answer:
        return await answer.content.read(1 << 16)


@pytest.mark.parametrize("attack", ATTACKS)
async def test_every_attack_begins_and_leaves_other_paths_alone(attack: str) -> None:
    async with running(_hostile(attack)) as talk:
        asked = asyncio.get_running_loop().create_task(_first_bytes(talk))
        patience = 0.1 if attack == "silent" else 5.0
        done, _ = await asyncio.wait({asked}, timeout=patience)
        if attack == "silent":
            assert not done
        elif attack not in {"bomb", "headers"}:
            assert asked.result() or attack == "redirect"
        asked.cancel()
        await asyncio.gather(asked, return_exceptions=True)
        assert (await talk.get("/prompt"))["exec_info"]["queue_remaining"] == 0


async def test_the_bomb_grows_a_thousandfold() -> None:
    async with running(_hostile("bomb")) as talk:
        raw = aiohttp.ClientSession(auto_decompress=False)
        async with raw, raw.get(talk.simulator.url + "/queue") as answer:
            packed = await answer.read()
        assert len(packed) < 3 << 20
        start = zlib.decompressobj(31).decompress(packed[:20_000], 64 << 20)
        assert len(start) > 500 * 20_000


async def test_the_scenario_starts_friendly_and_turns() -> None:
    async with running("hostile-server", speed=16.0) as talk:
        stats = await talk.get("/system_stats")
        assert stats["system"]["comfyui_version"] == "0.33.0"
        assert isinstance(await talk.get("/queue"), dict)
        await asyncio.sleep(5 / 16)
        async with talk.session.get(talk.simulator.url + "/queue") as answer:
            body = await answer.read()
        with pytest.raises(ValueError, match="utf-8"):
            body.decode("utf-8")


async def test_the_flood_has_messages_of_unknown_kinds() -> None:
    async with running("hostile-server") as talk:
        socket = await talk.session.ws_connect(talk.simulator.url + "/ws")
        kinds, binary = set(), 0
        while len(kinds) < 5 or not binary:
            message = await socket.receive(timeout=5)
            if message.type is aiohttp.WSMsgType.TEXT:
                kinds.add(json.loads(message.data)["type"])
            else:
                binary += 1
        assert any(kind.startswith("unknown-") for kind in kinds)
