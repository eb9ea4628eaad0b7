"""How jobs live and die on a ComfyUI: simulator always, a real one by its address."""

import asyncio
import json
import uuid
from dataclasses import replace

import pytest

from comfydoctor.comfy.parse_prompt import PromptRefused
from comfydoctor.comfy.worker import WorkerState, WorkerWatch
from comfydoctor.errors import Unsupported
from comfydoctor.model.event import (
    ExecutionCached,
    ExecutionFailed,
    ExecutionInterrupted,
    ExecutionStarted,
    ExecutionSucceeded,
    NodeExecuted,
    NodeExecuting,
    NodeProgress,
    ProgressState,
    StatusEvent,
)
from comfydoctor.model.job import JobState, QueueItem
from tests.contract import graphs


async def test_a_graph_without_models_runs_and_tells_its_story(bench):
    async with bench.hearing() as (stream, heard):
        job = await bench.run(graphs.good(), stream.client_id)
        await heard.until(lambda: NodeExecuting(job.id, None) in heard.events)
        await heard.until(lambda: StatusEvent(0) in heard.events[1:])
    kinds = [type(e) for e in heard.events if getattr(e, "job_id", "") == job.id]
    assert kinds[:2] == [ExecutionStarted, ExecutionCached]
    assert kinds.index(NodeExecuted) < kinds.index(ExecutionSucceeded)
    assert kinds[-1] is NodeExecuting
    assert job.state is JobState.SUCCEEDED
    assert job.seconds is not None
    (output,) = job.outputs
    picture = await bench.client.view(output.filename, subfolder=output.subfolder)
    assert picture is not None
    assert picture.startswith(b"\x89PNG")
    assert await bench.client.view("no such file.png") is None


async def test_the_same_graph_again_is_served_from_the_cache(bench):
    graph = graphs.good()
    await bench.run(graph)
    async with bench.hearing() as (stream, heard):
        job = await bench.run(graph, stream.client_id)
        await heard.until(lambda: heard.of(ExecutionCached))
        assert set(heard.of(ExecutionCached)[0].nodes) == set(graph)
    assert job.cached_nodes == len(graph)


async def test_progress_of_a_node_comes_to_the_owner(bench):
    async with bench.hearing() as (stream, heard):
        job = await bench.run(graphs.sleeping(1.0, "progress", 5), stream.client_id)
        await heard.until(lambda: NodeExecuting(job.id, None) in heard.events)
    steps = [e.value for e in heard.of(NodeProgress) if e.job_id == job.id]
    assert steps == sorted(steps)
    assert steps[-1] == 5
    last = [e for e in heard.of(ProgressState) if e.job_id == job.id][-1]
    assert {node.state for node in last.nodes} == {"finished"}


async def test_the_queue_runs_in_order_and_front_goes_first(bench):
    client = bench.client
    blocking = await client.submit(graphs.sleeping(60))
    await bench.running(blocking.id)
    first, second = [await client.submit(graphs.good()) for _ in range(2)]
    urgent, newest = [await client.submit(graphs.good(), front=True) for _ in range(2)]
    queue = await client.queue()
    assert [item.id for item in queue.running] == [blocking.id]
    wanted = [newest.id, urgent.id, first.id, second.id]
    assert [item.id for item in queue.pending] == wanted
    assert await client.queue_remaining() == 5
    await client.delete_queued([first.id, blocking.id, "unknown"])
    queue = await client.queue()
    assert [item.id for item in queue.pending] == [newest.id, urgent.id, second.id]
    await client.clear_queue()
    queue = await client.queue()
    assert (len(queue.running), queue.pending) == (1, ())
    assert await client.history_entry(first.id) is None, "a removed job leaves no trace"


async def test_a_cleared_queue_can_be_put_back_exactly(bench):
    client = bench.client
    await bench.running((await client.submit(graphs.sleeping(60))).id)
    for number in range(4):
        extra = {"extra_pnginfo": {"workflow": {"id": f"ü {number}"}}}
        await client.submit(graphs.good(), client_id="me", extra_data=extra)
    before = (await client.queue()).pending
    await client.clear_queue()
    for item in before:
        submitted = await client.put_back(item)
        assert (submitted.id, submitted.number) == (item.id, item.number)
    after = (await client.queue()).pending
    # Since 0.3.69 the server stamps each posted job anew.
    assert [without_stamp(item) for item in after] == [
        without_stamp(item) for item in before
    ]


def without_stamp(item: QueueItem) -> QueueItem:
    extra = json.loads(item.extra_data_json)
    extra.pop("create_time", None)
    return replace(item, extra_data_json=json.dumps(extra, sort_keys=True))


async def test_an_interrupt_stops_only_the_job_it_names(bench):
    client = bench.client
    async with bench.hearing() as (stream, heard):
        job = await client.submit(graphs.sleeping(60), client_id=stream.client_id)
        await bench.running(job.id)
        await client.interrupt(str(uuid.uuid4()))
        await asyncio.sleep(0.5)
        await bench.running(job.id)
        await client.interrupt(job.id)
        ended = await bench.finish(job.id)
        await heard.until(lambda: heard.of(ExecutionInterrupted))
        assert heard.of(ExecutionInterrupted)[0].job_id == job.id
    assert ended.state is JobState.INTERRUPTED
    assert ended.error is None


async def test_an_interrupt_leaves_the_waiting_jobs_in_the_queue(bench):
    job = await bench.client.submit(graphs.sleeping(60))
    following = await bench.client.submit(graphs.good())
    await bench.running(job.id)
    await bench.client.interrupt()
    assert (await bench.finish(job.id)).state is JobState.INTERRUPTED
    assert (await bench.finish(following.id)).state is JobState.SUCCEEDED


async def test_a_last_node_in_one_long_call_ends_well_in_spite_of_the_interrupt(bench):
    job = await bench.client.submit(graphs.unstoppable(3))
    await bench.running(job.id)
    await bench.client.interrupt(job.id)
    assert (await bench.finish(job.id)).state is JobState.SUCCEEDED


async def test_an_interrupt_of_an_idle_server_does_not_hurt_the_next_job(bench):
    await bench.client.interrupt()
    assert (await bench.run(graphs.good())).state is JobState.SUCCEEDED


async def test_freeing_memory_makes_the_next_run_a_cold_one(bench):
    graph = graphs.good()
    await bench.run(graph)
    await bench.client.free(unload_models=True, free_memory=False)
    await asyncio.sleep(0.5)
    assert (await bench.run(graph)).cached_nodes == len(graph)
    await bench.client.free(unload_models=True, free_memory=True)
    await asyncio.sleep(0.5)
    assert (await bench.run(graph)).cached_nodes == 0


async def test_the_history_is_newest_first_and_can_forget(bench):
    client = bench.client
    jobs = [await bench.run(graphs.good()) for _ in range(3)]
    ids = [job.id for job in reversed(jobs)]
    assert [job.id for job in await client.history(2)] == ids[:2]
    assert [job.id for job in await client.history(50)][:3] == ids
    await client.delete_history([ids[1]])
    assert await client.history_entry(ids[1]) is None
    await client.clear_history()
    assert await client.history() == ()


async def test_the_jobs_list_knows_all_states(bench):
    client = bench.client
    if not bench.since(0, 6):
        with pytest.raises(Unsupported):
            await client.jobs()
        return
    good = await bench.run(graphs.good())
    failed = await bench.run(graphs.raising("ValueError"))
    stopped = await client.submit(graphs.sleeping(60))
    await bench.running(stopped.id)
    await client.interrupt(stopped.id)
    await bench.finish(stopped.id)
    running = await client.submit(graphs.sleeping(60))
    waiting = await client.submit(graphs.good())
    await bench.running(running.id)
    states = {job.id: job.state for job in await client.jobs(50)}
    assert states[good.id] is JobState.SUCCEEDED
    assert states[failed.id] is JobState.FAILED
    assert states[running.id] is JobState.RUNNING
    assert states[waiting.id] is JobState.PENDING
    ended_as = JobState.INTERRUPTED if bench.since(0, 9) else JobState.FAILED
    assert states[stopped.id] is ended_as
    long_form = await client.job(stopped.id)
    assert long_form is not None
    assert long_form.state is JobState.INTERRUPTED
    assert await client.job(str(uuid.uuid4())) is None
    only = await client.jobs(50, ["pending"])
    assert [job.id for job in only] == [waiting.id]


async def test_cancel_hits_exactly_one_job(bench):
    client = bench.client
    running = await client.submit(graphs.sleeping(60))
    waiting = await client.submit(graphs.good())
    await bench.running(running.id)
    if not bench.since(0, 26):
        with pytest.raises(Unsupported):
            await client.cancel(waiting.id)
        return
    assert await client.cancel(waiting.id)
    assert (await client.queue()).pending == ()
    assert await client.cancel(running.id)
    assert (await bench.finish(running.id)).state is JobState.INTERRUPTED
    assert not await client.cancel(str(uuid.uuid4()))


@pytest.mark.parametrize(
    ("kind", "type_", "words"),
    [
        ("ValueError", "ValueError", "fault injected: bad value"),
        ("cuda_oom", "torch.OutOfMemoryError", "Tried to allocate"),
        ("shape_mismatch", "RuntimeError", "mat1 and mat2"),
    ],
)
async def test_a_failing_node_tells_why_in_event_and_history(bench, kind, type_, words):
    async with bench.hearing() as (stream, heard):
        job = await bench.run(graphs.raising(kind), stream.client_id)
        await heard.until(lambda: heard.of(ExecutionFailed))
        event = heard.of(ExecutionFailed)[0]
    assert job.state is JobState.FAILED
    assert job.error is not None
    for told in (event, job.error):
        assert told.exception_type in {type_, "torch.cuda.OutOfMemoryError"}
        assert words in told.message
        assert "TIPS" not in told.message
        assert (told.node, told.node_type) == ("2", "FaultRaise")
        assert any("comfydoctor_faults" in frame for frame in told.traceback)
    assert event.message == job.error.message


async def test_a_missing_node_class_is_named(bench):
    with pytest.raises(PromptRefused) as caught:
        await bench.client.submit(graphs.with_middle("NodeThatIsNotInstalled"))
    new = bench.since(0, 12)
    assert caught.value.error_type == ("missing_node_type" if new else "invalid_prompt")
    assert "NodeThatIsNotInstalled" in str(caught.value)


async def test_a_missing_model_is_named_with_its_input(bench):
    with pytest.raises(PromptRefused) as caught:
        await bench.client.submit(graphs.sampling("nosuch.safetensors"))
    assert caught.value.error_type == "prompt_outputs_failed_validation"
    (problem,) = caught.value.problems
    assert (problem.node, problem.type) == ("1", "value_not_in_list")
    assert (problem.input_name, problem.received) == ("ckpt_name", "nosuch.safetensors")


async def test_a_good_output_beside_a_bad_one_is_accepted_and_the_bad_one_named(bench):
    graph = graphs.good()
    graph["8"] = graphs.node("SaveImage", images=["2", 5], filename_prefix="bad")
    submitted = await bench.client.submit(graph)
    assert submitted.problems
    job = await bench.finish(submitted.id)
    assert job.state is JobState.SUCCEEDED
    assert {output.node for output in job.outputs} == {"9"}


async def test_a_graph_without_output_is_refused(bench):
    with pytest.raises(PromptRefused) as caught:
        await bench.client.submit({"1": graphs.good()["1"]})
    assert caught.value.error_type == "prompt_no_outputs"


async def test_a_worker_that_died_in_a_node_shows_the_known_picture(bench):
    if bench.is_real:
        pytest.skip("it would leave the real server unusable for the other tests")
    job = await bench.client.submit(graphs.raising("SystemExit"))
    await bench.running(job.id)
    following = await bench.client.submit(graphs.good())
    await bench.client.interrupt()
    await asyncio.sleep(1)
    now = [0.0]
    watch = WorkerWatch(lambda: now[0])
    for _ in range(2):
        queue = await bench.client.queue()
        watch.queue_seen(queue)
        watch.usage_seen(0.0, 0.0)
        now[0] += 61
    assert [item.id for item in queue.running] == [job.id]
    assert [item.id for item in queue.pending] == [following.id]
    assert watch.verdict().state is WorkerState.SUSPECTED_DEAD
