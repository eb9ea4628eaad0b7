import asyncio
import json
import ssl
import threading
import time
from http import HTTPStatus

import pytest
import trustme

from comfydoctor.comfy.channel import Timing
from comfydoctor.comfy.stream import ChannelState, Stream, latest
from comfydoctor.errors import Unreachable, Unsupported
from comfydoctor.model.event import (
    FlagsAnswered,
    LogAdded,
    NodeProgress,
    OtherEvent,
    StatusEvent,
)
from comfydoctor.model.logline import LogEntry
from comfydoctor.model.server import ServerProfile
from tests.comfy.channel_server import channel_server, status
from tests.comfy.heard import QUICK, Heard, listening


async def test_delivers_what_the_server_says():
    heard = Heard()
    async with channel_server() as server, listening(server.url, heard) as stream:
        await heard.until(lambda: heard.of(FlagsAnswered))
        await server.say(status(3), '{"type":"brand-new","data":{}}')
        await heard.until(lambda: heard.of(OtherEvent))
        assert heard.of(StatusEvent)[0].session_id == stream.client_id
        assert heard.of(StatusEvent)[-1] == StatusEvent(3)
        assert stream.state.live
        assert json.loads(server.first_messages[0])["type"] == "feature_flags"


async def test_sends_no_origin_and_asks_for_no_compression(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    heard = Heard()
    async with channel_server() as server:
        profile = ServerProfile(
            "test",
            f"{server.url}/studio/comfy",
            headers=(("X-Team", "a"), ("X-Own", "b")),
        )
        headers = (("Authorization", "Bearer secret"), ("x-own", "c"))
        async with listening("", heard, profile=profile, headers=headers):
            await heard.until(lambda: heard.events)
        sent = {name.lower(): value for name, value in server.headers[0].items()}
        assert server.paths == ["/studio/comfy/ws"]
        assert "origin" not in sent
        assert not [name for name in sent if name.startswith("sec-fetch")]
        assert "sec-websocket-extensions" not in sent
        assert sent["authorization"] == "Bearer secret"
        assert (sent["x-team"], sent["x-own"]) == ("a", "c")


async def test_every_connection_has_a_fresh_client_id():
    heard = Heard()
    async with channel_server() as server, listening(server.url, heard) as stream:
        for _ in range(3):
            await heard.until(lambda: stream.state.live)
            server.cut()
            await heard.until(lambda: not stream.state.live)
        await heard.until(lambda: stream.state.live)
        assert len(set(server.client_ids)) == len(server.client_ids) == 4
        assert any(
            state.detail == "the event channel was cut off" for state in heard.states
        )


async def test_waits_for_a_server_that_is_not_there_yet():
    async with channel_server() as server:
        port = server.port
    heard = Heard()
    async with listening(f"http://127.0.0.1:{port}", heard) as stream:
        await heard.until(lambda: heard.states)
        assert heard.states[0].detail == "nobody listens at this address"
        async with channel_server(port):
            await heard.until(lambda: stream.state.live)


async def test_a_socket_that_hears_no_status_is_replaced():
    heard = Heard()
    time_now = [1000.0]
    async with (
        channel_server() as server,
        listening(server.url, heard, clock=lambda: time_now[0]) as stream,
    ):
        await heard.until(lambda: heard.of(StatusEvent))
        first = stream.client_id
        stream.mark_poll_change()  # the status of the moment before explains it
        time_now[0] += 4
        await asyncio.sleep(0.1)
        assert stream.client_id == first
        time_now[0] += 10
        stream.mark_poll_change()
        time_now[0] += 2.9
        await asyncio.sleep(0.1)
        assert stream.client_id == first
        time_now[0] += 0.2
        await heard.until(lambda: stream.client_id not in {"", first})
        assert any(s.detail == "the event channel was silent" for s in heard.states)


async def test_a_status_that_comes_clears_the_doubt():
    heard = Heard()
    time_now = [1000.0]
    async with (
        channel_server() as server,
        listening(server.url, heard, clock=lambda: time_now[0]) as stream,
    ):
        await heard.until(lambda: heard.of(StatusEvent))
        time_now[0] += 10
        stream.mark_poll_change()
        await server.say(status(1))
        await heard.until(lambda: StatusEvent(1) in heard.events)
        time_now[0] += 10
        await asyncio.sleep(0.1)
        assert len(server.client_ids) == 1


class Subscriptions:
    """Stands where the client's coroutine is injected."""

    def __init__(self, *troubles: Exception) -> None:
        self.calls: list[tuple[str, bool]] = []
        self.troubles = list(troubles)

    async def __call__(self, client_id: str, enabled: bool) -> None:
        self.calls.append((client_id, enabled))
        if self.troubles:
            raise self.troubles.pop(0)


async def test_subscribes_to_the_log_on_each_connection():
    heard, asked = Heard(), Subscriptions()
    async with (
        channel_server() as server,
        listening(server.url, heard, subscribe=asked) as stream,
    ):
        await heard.until(lambda: stream.state.log_stream)
        first = stream.client_id
        server.cut()
        await heard.until(lambda: not stream.state.log_stream)
        await heard.until(lambda: stream.state.log_stream)
        assert asked.calls == [(first, True), (stream.client_id, True)]


async def test_asks_again_for_a_log_that_was_refused_for_a_moment():
    heard, asked = Heard(), Subscriptions(Unreachable("stalled"), Unreachable("again"))
    async with (
        channel_server() as server,
        listening(server.url, heard, subscribe=asked) as stream,
    ):
        await heard.until(lambda: stream.state.log_stream)
        assert len(asked.calls) == 3
        assert any(state.detail == "stalled" for state in heard.states)


async def test_goes_on_without_a_log_where_there_is_none():
    heard, asked = Heard(), Subscriptions(Unsupported("This server has no log."))
    async with (
        channel_server() as server,
        listening(server.url, heard, subscribe=asked) as stream,
    ):
        await heard.until(lambda: heard.states and heard.states[-1].detail)
        await asyncio.sleep(0.2)
        assert len(asked.calls) == 1
        assert stream.state == ChannelState(True, False, "This server has no log.")


async def test_the_log_can_be_given_up_and_taken_again():
    heard, asked = Heard(), Subscriptions()
    async with (
        channel_server() as server,
        listening(server.url, heard, subscribe=asked) as stream,
    ):
        await heard.until(lambda: stream.state.log_stream)
        stream.want_logs(False)
        await heard.until(lambda: not stream.state.log_stream)
        stream.want_logs(True)
        await heard.until(lambda: stream.state.log_stream)
        assert [enabled for _, enabled in asked.calls] == [True, False, True]


async def test_log_entries_become_lines_once():
    heard = Heard()
    entry = {"t": "10:00", "m": "half "}
    rest = {"t": "10:01", "m": "line\n"}
    frame = json.dumps({"type": "logs", "data": {"entries": [entry], "size": None}})
    more = json.dumps({"type": "logs", "data": {"entries": [entry, rest]}})
    async with channel_server() as server, listening(server.url, heard) as stream:
        await heard.until(lambda: stream.state.live)
        assert stream.book.add([LogEntry("09:59", "from the ring\n")])
        await server.say(frame, more)
        await heard.until(lambda: len(heard.of(LogAdded)) == 2)
        lines = [line.text for event in heard.of(LogAdded) for line in event.lines]
        assert lines == ["half line"]


async def test_a_blocked_consumer_stops_neither_reading_nor_counting():
    heard = Heard()
    all_sent_meanwhile: list[bool] = []

    def block(events) -> None:
        if not all_sent_meanwhile:
            time.sleep(2)  # on purpose: the whole loop of the stream stands
            all_sent_meanwhile.append(server.sent.is_set())
        heard.take(events)

    # The server needs a loop of its own, as the stream's is the one that stands.
    with ServerThread() as server:
        async with listening(server.url, heard, on_events=block) as stream:
            await heard.until(lambda: heard.of(StatusEvent))
            assert all_sent_meanwhile == [True]
            await heard.until(lambda: StatusEvent(4999) in heard.events)
            assert stream.skipped + len(heard.events) >= 5000
            assert stream.skipped >= 2000


class ServerThread:
    """A server in a thread of its own that sends 5,000 events at once."""

    def __init__(self) -> None:
        self.url = ""
        self.sent = threading.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()))

    def __enter__(self):
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(self, *_):
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join()

    async def _serve(self) -> None:
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        async with channel_server() as server:
            self.url = server.url
            self._ready.set()
            await server.next_socket()
            for number in range(5000):
                await server.say(status(number))
            self.sent.set()
            await self._end.wait()


async def test_keeps_status_and_drops_the_log_while_it_cannot_keep_pace():
    heard, asked = Heard(), Subscriptions()
    # Any overflow at all is long enough here, and none of it is forgotten.
    timing = Timing(watch=0.02, overflow=1e-9, logs_again=3600, tick=0.3, closing=0.3)
    async with (
        channel_server() as server,
        listening(server.url, heard, subscribe=asked, timing=timing) as stream,
    ):
        await heard.until(lambda: stream.state.log_stream)
        await server.say(*[status(number) for number in range(4000)])
        await heard.until(lambda: not stream.state.log_stream)
        assert stream.state.live
        assert stream.skipped
        assert asked.calls[-1] == (stream.client_id, False)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (401, "the event channel was refused (401)"),
        (403, "the event channel was refused (403)"),
        (404, "the event channel was refused (404)"),
        (302, "the event channel was refused (302)"),
    ],
)
async def test_says_why_a_server_refuses(code, words):
    def refuse(connection, request):
        response = connection.respond(HTTPStatus(code), "no\n")
        response.headers["Location"] = f"ws://127.0.0.1:{elsewhere.port}/ws?clientId=x"
        return response

    heard = Heard()
    async with (
        channel_server() as elsewhere,
        channel_server(process_request=refuse) as server,
        listening(server.url, heard, headers=(("X-API-Key", "secret"),)),
    ):
        await heard.until(lambda: heard.states)
        assert heard.states[0].detail == words
        await asyncio.sleep(0.1)
        assert not elsewhere.client_ids, "a redirect must not be followed"


async def test_a_failing_consumer_ends_the_run_loudly():
    def fail(events) -> None:
        raise LookupError("a bug in the consumer")

    async with channel_server() as server:
        stream = Stream(ServerProfile("t", server.url), on_events=fail, timing=QUICK)
        with pytest.raises(ExceptionGroup) as caught:
            await stream.run()
        assert caught.group_contains(LookupError)


async def test_closing_is_quick_and_leaves_no_thread_behind():
    before = threading.active_count()
    heard = Heard()
    async with channel_server() as server:
        async with listening(server.url, heard) as stream:
            await heard.until(lambda: stream.state.live)
        assert threading.active_count() == before
        assert not stream.state.live
    # Closing also works where nobody ever answered.
    async with listening("http://127.0.0.1:9", heard):
        pass
    assert threading.active_count() == before


def test_only_the_last_progress_of_a_batch_is_kept():
    events = [
        NodeProgress("p", "1", 1, 9),
        StatusEvent(1),
        NodeProgress("p", "1", 2, 9),
        NodeProgress("p", "2", 1, 9),
    ]
    assert latest(events) == tuple(events[1:])


async def test_cancelling_the_task_ends_it_too():
    heard = Heard()
    before = threading.active_count()
    async with channel_server() as server:
        stream = Stream(ServerProfile("t", server.url), on_events=heard.take)
        running = asyncio.get_running_loop().create_task(stream.run())
        await heard.until(lambda: heard.events)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert threading.active_count() == before


async def test_a_certificate_must_be_trusted():
    authority = trustme.CA()
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(serving)
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    async with channel_server(ssl=serving) as server:
        url = server.url.replace("http", "https")
        heard = Heard()
        async with listening(url, heard):
            await heard.until(lambda: heard.said("the certificate is not trusted"))
        assert not server.client_ids
        async with listening(url, heard, ssl_context=trusting) as stream:
            await heard.until(lambda: stream.state.live)


async def test_a_proxy_is_used_only_where_the_profile_names_one():
    targets: list[str] = []

    async def tunnel(reader, writer):
        request = await reader.readuntil(b"\r\n\r\n")
        targets.append(request.split()[1].decode())
        host, _, port = targets[-1].rpartition(":")
        there, back = await asyncio.open_connection(host, int(port))
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")

        async def pipe(source, sink):
            while data := await source.read(65536):
                sink.write(data)
            sink.close()

        await asyncio.gather(pipe(reader, back), pipe(there, writer))

    heard = Heard()
    proxy = await asyncio.start_server(tunnel, "127.0.0.1", 0)
    address = f"http://127.0.0.1:{proxy.sockets[0].getsockname()[1]}"
    async with channel_server() as server:
        profile = ServerProfile("t", server.url, proxy=address)
        async with listening("", heard, profile=profile) as stream:
            await heard.until(lambda: stream.state.live)
        assert targets == [f"127.0.0.1:{server.port}"]
    proxy.close()
