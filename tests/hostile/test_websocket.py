"""The WebSocket cases W1-W7 of the threat model, each on real sockets."""

import asyncio
import contextlib
import json
import random
import struct
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from websockets.exceptions import ConnectionClosed
from websockets.utils import accept_key

from comfydoctor.comfy.channel import MAX_FRAME
from comfydoctor.comfy.wire import decode
from comfydoctor.model.event import (
    Event,
    LogAdded,
    OtherEvent,
    PreviewShown,
    StatusEvent,
)
from tests.comfy.channel_server import channel_server, status
from tests.comfy.frames import any_frame
from tests.comfy.heard import QUICK, Heard, listening
from tests.hostile.chaos_proxy import chaos_proxy

MIB = 1 << 20
HERE = Path(__file__).parent


def resident() -> int:
    return psutil.Process().memory_info().rss


async def test_w1_a_huge_frame_is_refused_before_it_is_taken():
    async def announce_and_send(reader, writer):
        request = await reader.readuntil(b"\r\n\r\n")
        writer.write(handshake(request))
        writer.write(b"\x82\x7f" + struct.pack(">Q", 200 * MIB))
        with contextlib.suppress(OSError):
            for _ in range(200):
                writer.write(b"\0" * MIB)
                await writer.drain()
        writer.transport.abort()

    heard = Heard()
    server = await asyncio.start_server(announce_and_send, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    before = resident()
    async with listening(f"http://127.0.0.1:{port}", heard):
        await heard.until(lambda: heard.said(f"larger than {MAX_FRAME // MIB} MiB"))
    assert resident() - before < 50 * MIB
    server.close()


def handshake(request: bytes) -> bytes:
    lines = request.decode().split("\r\n")
    headers = {
        name.lower(): value for name, _, value in (x.partition(": ") for x in lines)
    }
    accept = accept_key(headers["sec-websocket-key"])
    return (
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
        f"Connection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"
    ).encode()


async def test_w1_a_large_preview_passes():
    heard = Heard()
    picture = struct.pack(">II", 1, 2) + b"\x89PNG" * MIB
    async with (
        channel_server(max_size=None) as server,
        listening(server.url, heard) as stream,
    ):
        await heard.until(lambda: stream.state.live)
        await server.say(picture)
        await heard.until(lambda: heard.of(PreviewShown))
        assert len(heard.of(PreviewShown)[0].image) == 4 * MIB


@pytest.mark.slow
async def test_w2_a_flood_neither_blocks_the_loop_nor_fills_memory():
    heard, gaps = Heard(), []

    async def beat():
        while True:
            began = time.monotonic()
            await asyncio.sleep(0.005)
            gaps.append(time.monotonic() - began)

    def take(events):
        heard.events = list(events)  # a consumer that keeps everything is not ours
        heard.news.set()

    flooder = await asyncio.create_subprocess_exec(
        sys.executable, HERE / "flooder.py", "50000", "4", stdin=-1, stdout=-1
    )
    port = int(await flooder.stdout.readline())
    before = resident()
    url, timing = f"http://127.0.0.1:{port}", replace(QUICK, tick=0.05)
    async with listening(url, heard, on_events=take, timing=timing) as stream:
        beating = asyncio.get_running_loop().create_task(beat())
        await heard.until(lambda: StatusEvent(424242) in heard.events, 60)
        beating.cancel()
        assert resident() - before < 50 * MIB
        assert stream.skipped > 0
    sent = int(await flooder.stdout.readline())
    flooder.stdin.close()
    await flooder.wait()
    assert sent > 20_000
    gaps.sort()
    # Benchmarks hold the exact figures; a naive reader stands for many seconds.
    assert gaps[int(len(gaps) * 0.99)] < 0.25
    assert gaps[-1] < 1.0


async def test_w3_a_half_open_line_is_noticed_by_our_own_pings():
    heard = Heard()
    timing = replace(QUICK, ping=0.1, pong=2.0)
    async with channel_server() as server, chaos_proxy(server.port) as proxy:
        url = f"http://127.0.0.1:{proxy.port}"
        async with listening(url, heard, timing=timing) as stream:
            await heard.until(lambda: stream.state.live)
            await asyncio.sleep(0.5)
            assert not heard.said("pings"), "a line that answers is left alone"
            proxy.mode = "blackhole"
            await heard.until(lambda: heard.said("did not answer our pings"))
            proxy.mode = "pass"
            await heard.until(lambda: stream.state.live)
        assert len(set(server.client_ids)) >= 2


@pytest.mark.parametrize("seed", range(6))
async def test_w4_a_damaged_stream_ends_in_a_fresh_one(seed):
    rng = random.Random(seed)

    def flip(data: bytes) -> bytes:
        damaged = bytearray(data)
        damaged[rng.randrange(len(damaged))] ^= 1 << rng.randrange(8)
        return bytes(damaged)

    heard, now = Heard(), [1000.0]
    async with channel_server() as server, chaos_proxy(server.port) as proxy:
        url = f"http://127.0.0.1:{proxy.port}"
        async with listening(url, heard, clock=lambda: now[0]) as stream:
            await heard.until(lambda: heard.of(StatusEvent))
            first = stream.client_id
            proxy.mode, proxy.damage = "corrupt", flip
            for number in range(30):
                await server.say(status(number), struct.pack(">II", 1, 1) + b"x" * 300)
                if stream.client_id != first:
                    break
            proxy.mode = "pass"
            # What did not break the line may have left it silent: the poll tells.
            async with asyncio.timeout(20):
                while StatusEvent(77) not in heard.events:
                    now[0] += 10
                    stream.mark_poll_change()
                    now[0] += 4
                    await asyncio.sleep(0.1)
                    await server.say(status(77))
                    await asyncio.sleep(0.1)


async def test_w4_a_damaged_length_leaves_the_line_silent_and_the_poll_tells():
    heard, now = Heard(), [1000.0]
    async with channel_server() as server, chaos_proxy(server.port) as proxy:
        url = f"http://127.0.0.1:{proxy.port}"
        async with listening(url, heard, clock=lambda: now[0]) as stream:
            await heard.until(lambda: heard.of(StatusEvent))
            first = stream.client_id
            # From here on everything belongs to one frame of 32 MiB.
            proxy.damage = lambda data: b"\x82\x7f" + struct.pack(">Q", 32 * MIB) + data
            proxy.mode = "corrupt"
            await server.say(status(5))
            await asyncio.sleep(0.2)
            assert stream.client_id == first, "nobody can tell by the socket alone"
            proxy.mode = "pass"
            now[0] += 10
            stream.mark_poll_change()
            now[0] += 4
            await heard.until(lambda: stream.client_id not in {"", first})
            assert heard.said("the event channel was silent")
            assert StatusEvent(5) not in heard.events


async def test_w5_twenty_clients_come_back_one_by_one_and_not_too_often():
    # A tenth of the real times: half a second becomes 50 ms, thirty become three.
    timing = replace(QUICK, retry_base=0.05, retry_cap=3.0, healthy=3.0)
    async with channel_server() as server, chaos_proxy(server.port) as proxy:
        url = f"http://127.0.0.1:{proxy.port}"
        async with contextlib.AsyncExitStack() as stack:
            crowd = [Heard() for _ in range(20)]
            streams = [
                await stack.enter_async_context(
                    listening(url, heard, timing=timing, rng=random.Random(seed).random)
                )
                for seed, heard in enumerate(crowd)
            ]
            for heard, stream in zip(crowd, streams, strict=True):
                await heard.until(lambda stream=stream: stream.state.live)
            assert proxy.open == 20
            proxy.mode, at_rest = "refuse", proxy.accepted
            proxy.cut()
            await asyncio.sleep(6.0)  # one minute
            attempts = proxy.accepted - at_rest
            assert attempts <= 20 * 12, "at most twelve attempts a minute and client"
            proxy.mode = "pass"
            for heard, stream in zip(crowd, streams, strict=True):
                await heard.until(lambda stream=stream: stream.state.live)
            assert proxy.open == 20, "one socket each"


LOG_LINE = "a line of the console, as chatty node packs print them " * 20


class ComfyLikeServer(threading.Thread):
    """Sends each message to one client after another and waits for each."""

    def __init__(self) -> None:
        super().__init__()
        self.ready, self.stop = threading.Event(), threading.Event()
        self.both = threading.Event()
        self.url = ""

    def run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        entries = [{"t": str(n), "m": f"{n} {LOG_LINE}\n"} for n in range(100)]
        log = json.dumps({"type": "logs", "data": {"entries": entries, "size": None}})
        async with channel_server(write_limit=4096) as server:
            self.url = server.url
            self.ready.set()
            while not self.stop.is_set():
                await asyncio.sleep(0.005)
                if len(server.sockets) == 2:
                    self.both.set()
                    with contextlib.suppress(ConnectionClosed):  # at the test's end
                        await server.say(log, status(int(time.monotonic() * 1000)))


async def test_w6_our_frozen_consumer_does_not_stall_the_others():
    frozen, delays = 3.0, []

    def freeze(events) -> None:
        if server.both.is_set() and not froze.is_set():
            froze.set()
            time.sleep(frozen)  # on purpose: the stream's whole loop stands

    def watch_from_elsewhere() -> None:
        asyncio.run(measure())

    async def measure() -> None:
        healthy = Heard()

        def note(events) -> None:
            sent = [event for event in events if isinstance(event, StatusEvent)]
            for event in sent[1 if not delays else 0 :]:
                delays.append(time.monotonic() - event.queue_remaining / 1000)

        async with listening(server.url, healthy, on_events=note):
            await asyncio.to_thread(done.wait)

    server, froze, done = ComfyLikeServer(), threading.Event(), threading.Event()
    other = threading.Thread(target=watch_from_elsewhere)
    server.start()
    server.ready.wait()
    try:
        async with listening(server.url, Heard(), on_events=freeze):
            other.start()
            assert await asyncio.to_thread(froze.wait, 30)
            during = [delay for delay in delays if delay < 1000]
    finally:
        done.set()
        other.join()
        server.stop.set()
        server.join()
    assert len(during) > 20, "the other client went on hearing while we stood"
    assert max(during) < frozen / 2


@settings(max_examples=1_000, deadline=None)
@given(st.lists(any_frame, min_size=10, max_size=10))
def test_w7_ten_thousand_random_frames_raise_nothing(frames):
    for frame in frames:
        assert isinstance(decode(frame), Event)


async def test_w7_unknown_messages_are_counted_and_passed_over():
    heard = Heard()
    strange = ['{"type":"new-in-2030"}', "not json", struct.pack(">II", 99, 1), "{}"]
    async with channel_server() as server, listening(server.url, heard) as stream:
        await heard.until(lambda: stream.state.live)
        await server.say(*strange, status(5))
        await heard.until(lambda: StatusEvent(5) in heard.events)
        assert len(heard.of(OtherEvent)) == len(strange)
        assert not heard.of(LogAdded)
        assert len(server.client_ids) == 1, "the line is the same"
