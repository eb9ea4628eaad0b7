import asyncio
import json

import aiohttp

from tests.simulator.bench import picture, running, sleeping, until


async def _heard(socket, seconds: float = 0.2) -> list[dict]:
    """Everything that comes within a short while of silence."""
    messages = []
    try:
        while True:
            message = await asyncio.wait_for(socket.receive(), seconds)
            if message.type is not aiohttp.WSMsgType.TEXT:
                return messages
            messages.append(json.loads(message.data))
    except TimeoutError:
        return messages


def _types(messages: list[dict]) -> set[str]:
    return {message["type"] for message in messages}


async def test_an_observer_hears_only_how_many_are_left() -> None:
    async with running() as talk:
        mine = await talk.session.ws_connect(talk.simulator.url + "/ws?clientId=me")
        other = await talk.session.ws_connect(talk.simulator.url + "/ws?clientId=you")
        await talk.ended(await talk.submit(picture(), client_id="me"))
        assert "execution_success" in _types(await _heard(mine))
        assert _types(await _heard(other)) == {"status"}


async def test_everybody_hears_the_progress_of_a_job_without_owner() -> None:
    async with running() as talk:
        other = await talk.session.ws_connect(talk.simulator.url + "/ws?clientId=you")
        await talk.ended(await talk.submit(sleeping(0.5)))
        types = _types(await _heard(other))
        assert types == {"status", "progress_state", "progress"}


async def test_the_newest_socket_of_an_id_falls_silent_when_the_older_closes() -> None:
    async with running() as talk:
        url = talk.simulator.url + "/ws?clientId=twice"
        old = await talk.session.ws_connect(url)
        new = await talk.session.ws_connect(url)
        await talk.ended(await talk.submit(picture(1), client_id="twice"))
        assert "execution_success" in _types(await _heard(new))
        await old.close()
        await asyncio.sleep(0.05)
        await talk.ended(await talk.submit(picture(2), client_id="twice"))
        assert await _heard(new) == []
        assert not new.closed


async def test_feature_flags_are_answered_as_first_message_only() -> None:
    flags = {"type": "feature_flags", "data": {"supports_preview_metadata": True}}
    async with running() as talk:
        first = await talk.session.ws_connect(talk.simulator.url + "/ws")
        await first.send_json(flags)
        assert "feature_flags" in _types(await _heard(first))
        second = await talk.session.ws_connect(talk.simulator.url + "/ws")
        await second.send_str("garbage")
        await second.send_json(flags)
        assert "feature_flags" not in _types(await _heard(second))


async def test_previews_carry_metadata_for_those_who_can_read_it() -> None:
    async with running() as talk:
        url = talk.simulator.url + "/ws?clientId=me"
        socket = await talk.session.ws_connect(url)
        flags = {"supports_preview_metadata": True}
        await socket.send_json({"type": "feature_flags", "data": flags})
        job = sleeping(0.2, "progress_preview")
        await talk.ended(await talk.submit(job, client_id="me"))
        frames = []
        while len(frames) < 3:
            message = await socket.receive(timeout=2)
            if message.type is aiohttp.WSMsgType.BINARY:
                frames.append(message.data)
        assert {frame[3] for frame in frames} == {4}


async def test_a_foreign_origin_is_refused_at_the_handshake() -> None:
    async with running() as talk:
        url = talk.simulator.url + "/ws"
        headers = {"Origin": "http://evil.example"}
        try:
            await talk.session.ws_connect(url, headers=headers)
        except aiohttp.WSServerHandshakeError as error:
            assert error.status == 403
        else:
            raise AssertionError("accepted")


async def test_log_lines_go_to_subscribers_whoever_owns_the_job() -> None:
    async with running() as talk:
        socket = await talk.session.ws_connect(talk.simulator.url + "/ws?clientId=me")
        body = {"clientId": "me", "enabled": True}
        await talk.ask("PATCH", "/internal/logs/subscribe", body)
        await talk.ended(await talk.submit(picture(), client_id="you"))
        texts = [
            entry["m"]
            for message in await _heard(socket)
            if message["type"] == "logs"
            for entry in message["data"]["entries"]
        ]
        assert any("got prompt" in text for text in texts)
        await until(lambda: _nobody(talk))


async def _nobody(talk) -> bool:
    body = {"clientId": "me", "enabled": False}
    await talk.ask("PATCH", "/internal/logs/subscribe", body)
    return not talk.simulator.life.console.subscribers
