import uuid

from tests.simulator.bench import picture, running, sleeping, until, with_fault


async def test_sys_exit_in_a_node_leaves_its_job_running_for_ever() -> None:
    async with running() as talk:
        await talk.submit(with_fault("FaultRaise", kind="SystemExit", message=""))
        await until(lambda: _dead(talk))
        await talk.submit(picture(2))
        await talk.post("/interrupt")
        queue = await talk.get("/queue")
        assert len(queue["queue_running"]) == 1
        assert len(queue["queue_pending"]) == 1
        assert "Traceback" not in await talk.log()


async def test_equal_numbers_and_ids_kill_the_worker_in_the_queue() -> None:
    async with running() as talk:
        await talk.submit(sleeping(1.0))
        same = {"number": 5, "prompt_id": str(uuid.uuid4())}
        statuses = []
        for colour in range(5):
            body = {"prompt": picture(colour), **same}
            statuses.append((await talk.ask("POST", "/prompt", body))[0])
        assert statuses[0] == 200
        assert 500 in statuses
        await until(lambda: _dead(talk))
        queue = await talk.get("/queue")
        assert queue["queue_running"] == []
        assert queue["queue_pending"]
        assert "Exception in thread Thread-1 (prompt_worker)" in await talk.log()


async def test_memory_is_freed_after_the_running_job_not_in_it() -> None:
    async with running() as talk:
        job = await talk.submit(sleeping(1.0))
        await talk.post("/free", {"free_memory": True})
        log = await talk.log()
        assert log.count("Using RAM pressure cache.") == 1  # of the start
        await talk.ended(job)
        await until(lambda: _freed(talk))


async def _freed(talk) -> bool:
    return (await talk.log()).count("Using RAM pressure cache.") == 2


async def _dead(talk) -> bool:
    return not talk.simulator.life.worker.alive
