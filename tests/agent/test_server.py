"""The agent answers those who may ask, reads only what it names, changes nothing."""

import asyncio
import json
import math
from contextlib import asynccontextmanager

import aiohttp
import pytest

from comfydoctor.agent.exposition import Readings, exposition, name_of
from comfydoctor.agent.run import Listening, serve
from comfydoctor.agent.watchpost import Watchpost
from comfydoctor.comfy.install.find import read_folder
from comfydoctor.errors import UsageError
from comfydoctor.model.metric import METRICS, Sample

TOKEN = "a-token-that-is-long-enough"


@pytest.fixture
def folder(tmp_path):
    """A small ComfyUI with a log."""
    (tmp_path / "comfy").mkdir()
    (tmp_path / "main.py").write_text("# ComfyUI\n")
    (tmp_path / "nodes.py").write_text("")
    (tmp_path / "execution.py").write_text("")
    (tmp_path / "comfyui_version.py").write_text('__version__ = "0.33.0"\n')
    (tmp_path / "custom_nodes" / "pack").mkdir(parents=True)
    (tmp_path / "custom_nodes" / "pack" / "__init__.py").write_text("")
    (tmp_path / "user").mkdir()
    log = tmp_path / "user" / "comfyui.log"
    log.write_text("one\ntwo\nkey hf_" + "a" * 30 + "\n")
    return tmp_path


class Asker:
    """Asks one agent, with its token unless told otherwise."""

    def __init__(self, session, base, token):
        self._session, self.base = session, base
        self.mine = {"Authorization": f"Bearer {token}"} if token else {}

    async def ask(self, route, /, *, method="GET", headers=None, **params):
        async with self._session.request(
            method,
            self.base + route,
            params=params,
            headers=self.mine if headers is None else headers,
        ) as answer:
            return answer.status, await answer.text()

    async def told(self, route, /, **params):
        status, text = await self.ask(route, **params)
        assert status == 200, text
        return json.loads(text)


@asynccontextmanager
async def served(find, token=TOKEN):
    loop = asyncio.get_running_loop()
    address = loop.create_future()
    post = Watchpost(find=find)
    await post.look()
    running = loop.create_task(
        serve(Listening("127.0.0.1", 0, token), address.set_result, post=post)
    )
    try:
        base = await asyncio.wait_for(address, 20)
        async with aiohttp.ClientSession(trust_env=False) as session:
            asker = Asker(session, base, token)
            for _ in range(100):
                got = (await asker.told("/api/1/samples"))["samples"]
                if any(s["metric"] == "host.ram_total" for s in got):
                    break
                await asyncio.sleep(0.05)
            yield asker
    finally:
        running.cancel()
        await asyncio.wait({running})


async def test_readings_of_this_computer_are_told(folder):
    async with served(lambda: [read_folder(folder, running=tuple)]) as agent:
        _, text = await agent.ask("/metrics")
        assert "# TYPE comfydoctor_host_ram_total_bytes gauge" in text
        assert 'comfydoctor_source_readable{source="this computer"} 1.0' in text
        host = await agent.told("/api/1/host")
        assert host["schema"] == 1 and host["agent"]
        assert set(host["sources"]) >= {"this computer", "disks"}
        [found] = (await agent.told("/api/1/installations"))["installations"]
        assert found["version"] == "0.33.0"
        assert [pack["name"] for pack in found["packs"]] == ["pack"]


async def test_only_logs_that_an_installation_named_are_read(folder):
    async with served(lambda: [read_folder(folder, running=tuple)]) as agent:
        path = str(folder / "user" / "comfyui.log")
        got = await agent.told("/api/1/log", path=path, lines="2")
        assert got["text"].splitlines()[0] == "two"
        assert "hf_a" not in got["text"]
        for other in ("/etc/passwd", str(folder / "main.py"), "", path + "/../x"):
            status, _ = await agent.ask("/api/1/log", path=other)
            assert status == 404, other


async def test_who_may_not_ask_gets_nothing(folder):
    async with served(list) as agent:
        for headers in ({}, {"Authorization": "Bearer no"}, {"Authorization": TOKEN}):
            status, _ = await agent.ask("/metrics", headers=headers)
            assert status == 401, headers
        for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS"):
            status, _ = await agent.ask("/metrics", method=method)
            assert status == 405, method
        page = agent.mine | {"Origin": "http://x"}
        status, _ = await agent.ask("/metrics", headers=page)
        assert status == 403


async def test_beyond_this_computer_a_token_is_needed():
    for host in ("0.0.0.0", "::", "192.168.1.5"):
        with pytest.raises(UsageError, match="token is needed"):
            Listening(host, 9836).check()
    with pytest.raises(UsageError, match="shorter"):
        Listening("0.0.0.0", 9836, "short").check()
    for host in ("127.0.0.1", "::1", "localhost"):
        Listening(host, 9836).check()


async def test_a_port_in_use_is_said():
    async with served(list) as agent:
        port = int(agent.base.rpartition(":")[2])
        with pytest.raises(UsageError, match="cannot be listened at"):
            await serve(Listening("127.0.0.1", port), print)


def test_what_is_not_known_is_left_out_and_names_carry_units():
    samples = [
        Sample("gpu.load", 1.0, 71.0, "gpu0"),
        Sample("gpu.load", 1.0, math.nan, "gpu1"),
    ]
    text = exposition(Readings(lambda: samples, lambda: [("cards", "gone")])).decode()
    assert 'comfydoctor_gpu_load_percent{subject="gpu0"} 71.0' in text
    assert "gpu1" not in text
    assert 'comfydoctor_source_readable{source="cards"} 0.0' in text
    names = [name_of(metric) for metric in METRICS]
    assert len(set(names)) == len(names)
