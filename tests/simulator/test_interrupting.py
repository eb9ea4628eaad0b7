from tests.simulator.bench import (
    last_event,
    picture,
    running,
    sleeping,
    until,
    with_fault,
)


async def test_a_node_with_progress_stops_at_once() -> None:
    async with running() as talk:
        job = await talk.submit(sleeping(30.0))
        await until(lambda: _runs(talk, job))
        await talk.post("/interrupt")
        event, data = last_event(await talk.ended(job))
        assert event == "execution_interrupted"
        assert data["node_id"] == "2"


async def test_a_node_in_one_call_runs_on_and_the_next_one_is_charged() -> None:
    async with running() as talk:
        job = await talk.submit(sleeping(2.0, "block"))
        await until(lambda: _runs(talk, job))
        await talk.post("/interrupt")
        event, data = last_event(await talk.ended(job))
        assert event == "execution_interrupted"
        assert data["node_id"] == "3"
        assert data["executed"] == ["1", "2"]


async def test_interrupting_the_last_node_changes_nothing() -> None:
    graph = with_fault("FaultSleepOutput", seconds=2.0, nonce=1)
    del graph["3"]
    async with running() as talk:
        job = await talk.submit(graph)
        await until(lambda: _runs(talk, job))
        await talk.post("/interrupt")
        assert last_event(await talk.ended(job))[0] == "execution_success"
        after = await talk.ended(await talk.submit(picture(7)))
        assert last_event(after)[0] == "execution_success"


async def test_another_job_cannot_be_interrupted_by_id() -> None:
    async with running() as talk:
        job = await talk.submit(sleeping(2.0))
        waiting = await talk.submit(picture(3))
        await until(lambda: _runs(talk, job))
        await talk.post("/interrupt", {"prompt_id": waiting})
        assert last_event(await talk.ended(job))[0] == "execution_success"
        assert last_event(await talk.ended(waiting))[0] == "execution_success"
        log = await talk.log()
        assert f"Prompt {waiting} is not currently running" in log


async def test_cancel_exists_since_0_26_only() -> None:
    for profile, status in (("0.8.0", 405), ("0.33.0", 200)):
        async with running(profile=profile) as talk:
            job = await talk.submit(sleeping(30.0))
            await until(lambda job=job, talk=talk: _runs(talk, job))
            path = f"/api/jobs/{job}/cancel"
            assert (await talk.ask("POST", path))[0] == status


async def _runs(talk, job: str) -> bool:
    queue = await talk.get("/queue")
    return any(item[1] == job for item in queue["queue_running"])
