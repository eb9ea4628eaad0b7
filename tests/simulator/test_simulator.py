import asyncio

import aiohttp
import pytest

from comfydoctor.errors import ContentError
from comfydoctor.simulator.scenario import load_scenario
from comfydoctor.simulator.simulator import Simulator
from tests.simulator.bench import (
    last_event,
    picture,
    running,
    until,
    with_fault,
)


async def test_every_answer_says_that_it_is_simulated() -> None:
    async with running("healthy-studio") as talk:
        paths = ("/queue", "/nosuchpath", "/history?max_items=x", "/internal/logs")
        for path in paths:
            async with talk.session.get(talk.simulator.url + path) as answer:
                label = answer.headers["x-comfydoctor-simulated"]
                assert label == "healthy-studio"


async def test_history_holds_finished_jobs_from_the_start() -> None:
    async with running("healthy-studio") as talk:
        history = await talk.get("/history")
        assert len(history) >= 10
        assert {entry["status"]["status_str"] for entry in history.values()} == {
            "success"
        }
        log = await talk.log()
        assert "Prompt executed in" in log


async def test_the_same_seed_makes_the_same_jobs() -> None:
    graphs = []
    for _ in range(2):
        async with running("healthy-studio") as talk:
            history = await talk.get("/history?max_items=3")
            graphs.append([entry["prompt"][2] for entry in history.values()])
    assert graphs[0] == graphs[1]


async def test_a_reboot_cuts_connections_refuses_and_comes_back_empty() -> None:
    scenario = load_scenario("test-bench").model_copy(
        update={"manager": "V4.2.2", "restart_seconds": 4.0}
    )
    async with running(scenario) as talk:
        socket = await talk.session.ws_connect(talk.simulator.url + "/ws?clientId=a")
        await talk.ended(await talk.submit(picture()))
        with pytest.raises(aiohttp.ClientError):
            await talk.post("/v2/manager/reboot")
        while (await socket.receive()).type is aiohttp.WSMsgType.TEXT:
            pass
        assert socket.close_code == aiohttp.WSCloseCode.ABNORMAL_CLOSURE
        with pytest.raises(aiohttp.ClientConnectorError):
            await talk.get("/prompt")
        await until(lambda: _answers(talk))
        assert await talk.get("/history") == {}
        assert "Starting server" in await talk.log()


async def _answers(talk) -> bool:
    try:
        await talk.get("/prompt")
    except aiohttp.ClientError:
        return False
    return True


async def test_a_dead_process_loses_its_queue_and_comes_back() -> None:
    async with running() as talk:
        await talk.submit(with_fault("FaultRaise", kind="os_exit", message=""))
        await until(lambda: _is_down(talk))
        await until(lambda: _answers(talk))
        queue = await talk.get("/queue")
        assert queue == {"queue_running": [], "queue_pending": []}


async def _is_down(talk) -> bool:
    return not await _answers(talk)


async def test_the_port_is_free_after_closing() -> None:
    simulator = Simulator("test-bench")
    url = await simulator.start()
    port = int(url.rpartition(":")[2])
    await simulator.aclose()
    again = Simulator("test-bench", port=port)
    assert await again.start() == url
    await again.aclose()


async def test_a_taken_port_is_an_error_at_once() -> None:
    async with running() as talk:
        port = int(talk.simulator.url.rpartition(":")[2])
        with pytest.raises(OSError, match="in use"):
            await Simulator("test-bench", port=port).start()


def test_an_unknown_profile_is_named() -> None:
    with pytest.raises(ContentError, match=r"9\.9\.9"):
        Simulator("test-bench", "9.9.9")


async def test_memory_freed_between_jobs_lets_the_next_one_succeed() -> None:
    async with running("out-of-memory", speed=12.0) as talk:
        failed = await until(lambda: _failed_job(talk))
        event, data = last_event(failed)
        assert event == "execution_error"
        assert data["exception_type"] == "torch.OutOfMemoryError"
        before = (await talk.get("/system_stats"))["devices"][0]["torch_vram_total"]
        await talk.post("/free", {"unload_models": True, "free_memory": True})
        after = await until(lambda: _less_memory(talk, before))
        assert after < before
        body = failed["prompt"][2]
        body["3"]["inputs"]["seed"] = 77
        entry = await talk.ended(await talk.submit(body, front=True))
        assert entry["status"]["status_str"] == "success"


async def _failed_job(talk):
    for entry in (await talk.get("/history?max_items=3")).values():
        if entry["status"]["status_str"] == "error":
            return entry
    return None


async def _less_memory(talk, before: int):
    now = (await talk.get("/system_stats"))["devices"][0]["torch_vram_total"]
    return now if now < before else 0


async def test_unloading_models_does_not_give_kept_results_back() -> None:
    async with running("out-of-memory", speed=12.0) as talk:
        await until(lambda: _failed_job(talk))
        kept = sum(talk.simulator.life.machine.vram.kept.values())
        assert kept > 1000
        await talk.post("/free", {"unload_models": True})
        await asyncio.sleep(0.05)
        assert sum(talk.simulator.life.machine.vram.kept.values()) >= kept


async def test_a_frozen_process_answers_nobody() -> None:
    async with running() as talk:
        talk.simulator.life.freeze(60.0)
        asked = asyncio.get_running_loop().create_task(talk.get("/queue"))
        _, waiting = await asyncio.wait({asked}, timeout=0.05)
        assert waiting
        asked.cancel()
        await asyncio.wait({asked})


async def test_a_restart_is_followed_by_a_while_of_health() -> None:
    async with running("stuck-queue-in-node", speed=12.0) as talk:
        await until(lambda: _stuck(talk))
        with pytest.raises(aiohttp.ClientError):
            await talk.post("/v2/manager/reboot")
        await until(lambda: _some_history(talk))
        assert not await _stuck(talk)


async def _stuck(talk) -> bool:
    return not talk.simulator.life.worker.alive


async def _some_history(talk) -> bool:
    try:
        return bool(await talk.get("/history"))
    except aiohttp.ClientError:
        return False
