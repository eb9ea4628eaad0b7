"""What else a ComfyUI does: events, console, files; simulator and real one alike."""

import asyncio
import uuid

from comfydoctor.comfy.logs import JobDone, read_fact, read_progress
from comfydoctor.comfy.text import clean
from comfydoctor.model.event import FlagsAnswered, LogAdded, StatusEvent
from comfydoctor.model.job import JobState
from tests.contract import graphs


def lines_of(heard):
    return [line for event in heard.of(LogAdded) for line in event.lines]


async def test_says_who_it_is(bench):
    info = await bench.client.system_stats()
    assert info.version
    assert info.devices
    assert "main.py" in " ".join(info.argv)
    assert bool(info.simulated) != bench.is_real
    features = await bench.client.features()
    assert features.max_upload_size
    assert (await bench.client.manager()).version == ""
    assert await bench.client.queue_remaining() == 0


async def test_answers_our_flags_with_its_own(bench):
    async with bench.hearing() as (_, heard):
        await heard.until(lambda: heard.of(FlagsAnswered))
        flags = dict(heard.of(FlagsAnswered)[0].flags)
        assert flags["supports_preview_metadata"] == "true"


async def test_an_observer_hears_the_queue_and_the_console_but_no_job(bench):
    async with (
        bench.hearing() as (owner, _),
        bench.hearing(logs=True) as (_, heard),
    ):
        await bench.run(graphs.printing(3), owner.client_id)
        await heard.until(lambda: any(read_fact(x) for x in lines_of(heard)[1:]))
        await heard.until(lambda: heard.of(StatusEvent)[-1] == StatusEvent(0))
    kinds = {type(event) for event in heard.events}
    assert kinds == {StatusEvent, LogAdded, FlagsAnswered}


async def test_the_console_streams_lines_and_their_ends(bench):
    async with bench.hearing(logs=True) as (_, heard):
        await bench.run(graphs.printing(3))
        await heard.until(
            lambda: any(isinstance(read_fact(x), JobDone) for x in lines_of(heard))
        )
    lines = [line for line in lines_of(heard) if not line.transient]
    texts = [line.text for line in lines]
    assert texts.count("[faults] stderr line 2") == 1
    warned = next(line for line in lines if line.text == "[faults] logging.warning")
    assert warned.level == ("WARNING" if bench.since(0, 23) else "")
    bars = [read_progress(line) for line in lines_of(heard) if line.transient]
    assert 0.8 in [bar.fraction for bar in bars if bar]


async def test_the_ring_holds_what_was_printed(bench):
    await bench.run(graphs.raising("ValueError", "a telling message"))
    async with bench.hearing() as (stream, _):
        lines = stream.book.add(await bench.client.log_entries())
    texts = [line.text for line in lines]
    assert "got prompt" in texts
    assert "!!! Exception during processing !!! a telling message" in texts
    assert "ValueError: a telling message" in texts
    assert len(await bench.client.log_entries()) <= 300
    text = clean(await bench.client.log_text(), 10**6)
    assert "ValueError: a telling message" in text


async def test_the_console_goes_quiet_when_it_is_not_wanted(bench):
    async with bench.hearing(logs=True) as (stream, heard):
        await bench.run(graphs.good())
        await heard.until(lambda: lines_of(heard))
        stream.want_logs(False)
        await heard.until(lambda: not stream.state.log_stream)
        await asyncio.sleep(0.3)
        before = len(lines_of(heard))
        await bench.run(graphs.printing(2))
        await heard.until(lambda: heard.of(StatusEvent)[-1] == StatusEvent(0))
        await asyncio.sleep(0.3)
        assert len(lines_of(heard)) == before


async def test_a_sampler_shows_its_bar_to_everybody(bench):
    if "tiny_sd15.safetensors" not in (await bench.client.models("checkpoints") or ()):
        assert bench.is_real, "the simulator's bench has the tiny model"
        return
    async with bench.hearing(logs=True) as (_, heard):
        await bench.run(graphs.printing(3))
        job = await bench.run(graphs.sampling("tiny_sd15.safetensors"), "somebody else")
        assert job.state is JobState.SUCCEEDED
        # A bar flushes what packs printed to standard output before: late, not lost.
        printed = [line for line in lines_of(heard) if "stdout line 2" in line.text]
        assert printed
        assert len(printed) == len(set(printed)), "each line once"
        await heard.until(
            lambda: any(
                (p := read_progress(x)) and p.fraction == 1 for x in lines_of(heard)
            )
        )
    bars = [p for line in lines_of(heard) if (p := read_progress(line))]
    fractions = [bar.fraction for bar in bars if bar.maximum == 4]
    assert fractions == sorted(fractions)
    assert {0.0, 1.0} <= set(fractions)  # fast steps may be left out


async def test_a_reconnect_has_a_fresh_id_and_misses_the_old_ones_events(bench):
    async with bench.hearing() as (stream, _):
        first = stream.client_id
        job = await bench.client.submit(graphs.sleeping(60), client_id=first)
        await bench.running(job.id)
    async with bench.hearing() as (stream, heard):
        assert stream.client_id != first
        await bench.client.interrupt(job.id)
        await bench.finish(job.id)
        await heard.until(lambda: heard.of(StatusEvent)[-1] == StatusEvent(0))
        assert {type(event) for event in heard.events} == {StatusEvent, FlagsAnswered}


async def test_status_goes_to_every_socket_at_each_change(bench):
    async with bench.hearing() as (_, one), bench.hearing() as (_, other):
        running = await bench.client.submit(graphs.sleeping(60))
        await bench.running(running.id)
        await bench.client.submit(graphs.good())
        for heard in (one, other):
            await heard.until(lambda heard=heard: StatusEvent(2) in heard.events)
        await bench.client.clear_queue()
        for heard in (one, other):
            await heard.until(
                lambda heard=heard: heard.of(StatusEvent)[-1] == StatusEvent(1)
            )


async def test_workflows_are_written_read_moved_and_deleted(bench):
    client, name = bench.client, f"ü contract {uuid.uuid4()}"
    path, moved = f"workflows/{name}.json", f"workflows/{name} moved.json"
    content = '{"nodes": [], "text": "日本 🎨 \' %20 #"}'.encode()
    assert await client.read_user_file(path) is None
    written = await client.write_user_file(path, content)
    assert written is not None
    assert await client.read_user_file(path) == content
    assert await client.write_user_file(path, b"{}") is None, "it exists"
    assert await client.read_user_file(path) == content
    await client.write_user_file(path, b"[]", overwrite=True)
    assert await client.read_user_file(path) == b"[]"
    listed = {file.path: file.size for file in await client.user_files()}
    assert listed[f"{name}.json"] == 2
    assert await client.move_user_file(path, moved) is not None
    assert await client.read_user_file(path) is None
    assert await client.read_user_file(moved) == b"[]"
    assert await client.delete_user_file(moved)
    assert not await client.delete_user_file(moved)


async def test_node_classes_can_be_asked_one_by_one(bench):
    known = await bench.client.object_info_class("EmptyImage")
    assert known is not None
    assert known["python_module"] == "nodes"
    assert await bench.client.object_info_class("NodeThatIsNotInstalled") is None
    ours = await bench.client.object_info_class("FaultRaise")
    assert ours is not None
    assert ours["python_module"] == "custom_nodes.comfydoctor_faults"


async def test_pictures_go_up_and_come_back(bench):
    job = await bench.run(graphs.good())
    picture = await bench.client.view(job.outputs[0].filename)
    assert picture is not None
    name = f"contract-{uuid.uuid4()}.png"
    stored = await bench.client.upload_image(name, picture)
    assert await bench.client.view(stored.name, type="input") == picture
    again = await bench.client.upload_image(name, picture)
    assert again.name == stored.name, "the same bytes keep their name"
    other = await bench.client.upload_image(name, picture + b"x")
    assert other.name != stored.name
    assert stored.name in await bench.client.internal_files("input")
