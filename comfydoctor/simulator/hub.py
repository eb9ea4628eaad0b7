"""The WebSocket side: who is connected, and who hears what."""

import asyncio
import json
import struct
import uuid
from contextlib import suppress
from typing import Any

from aiohttp import WSMsgType, web

PREVIEW, TEXT, PREVIEW_WITH_METADATA = 1, 3, 4
PNG = 2


class Hub:
    """One socket per client id; the newest takes the id over.

    When an older socket of the same id closes, its cleanup takes the newer one's
    registration away: that one stays open and hears nothing more (measured on
    0.3.64, 0.8.0 and 0.33.0). All messages go out one after the other, so a client
    that does not read holds up everybody, as in ComfyUI.
    """

    def __init__(self) -> None:
        self.sockets: dict[str, web.WebSocketResponse] = {}
        self.flags: dict[str, dict[str, Any]] = {}
        self.last_node = ""
        self.owner: str | None = None
        """Client id of the running (or last) job."""
        self._outbox: asyncio.Queue[tuple[str | bytes, str | None]] = asyncio.Queue()
        self._publisher: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to send."""
        self._publisher = asyncio.get_running_loop().create_task(self._publish())

    async def aclose(self) -> None:
        """Stop sending; the sockets are the caller's to cut."""
        if self._publisher is not None:
            self._publisher.cancel()
            with suppress(asyncio.CancelledError):
                await self._publisher

    @property
    def backlog(self) -> int:
        """Messages that wait because somebody does not read."""
        return self._outbox.qsize()

    def send(self, event: str, data: Any, client: str | None = None) -> None:
        """Queue one message; no client id means everybody."""
        self._outbox.put_nowait((json.dumps({"type": event, "data": data}), client))

    def send_bytes(self, event: int, payload: bytes, client: str | None) -> None:
        """Queue one binary message."""
        self._outbox.put_nowait((struct.pack(">I", event) + payload, client))

    def send_text(self, node: str, text: str, client: str | None) -> None:
        """A node's own words (binary event 3)."""
        name = node.encode()
        payload = struct.pack(">I", len(name)) + name + text.encode()
        self.send_bytes(TEXT, payload, client)

    def send_preview(self, image: bytes, about: dict[str, str]) -> None:
        """A picture on the way; with words for clients that can read them."""
        owner = self.owner
        metadata = self.flags.get(owner or "", {}).get("supports_preview_metadata")
        if not metadata:
            self.send_bytes(PREVIEW, struct.pack(">I", PNG) + image, owner)
            return
        words = json.dumps({**about, "image_type": "image/png"}).encode()
        head = struct.pack(">I", len(words))
        self.send_bytes(PREVIEW_WITH_METADATA, head + words + image, owner)

    async def serve(
        self, request: web.Request, remaining: int, flags: dict[str, Any]
    ) -> web.WebSocketResponse:
        """``GET /ws``: greet, listen to the first message, stay until it closes."""
        socket = web.WebSocketResponse(max_msg_size=0)
        await socket.prepare(request)
        client = request.rel_url.query.get("clientId", "") or _fresh_id()
        self.sockets[client] = socket
        self.flags[client] = {}
        greeting = {"status": _status(remaining), "sid": client}
        self.send("status", greeting, client)
        if self.owner == client and self.last_node:
            self.send("executing", {"node": self.last_node}, client)
        try:
            await self._listen(socket, client, flags)
        finally:
            self.sockets.pop(client, None)
            self.flags.pop(client, None)
        return socket

    async def _listen(
        self, socket: web.WebSocketResponse, client: str, flags: dict[str, Any]
    ) -> None:
        first = True
        async for message in socket:
            if message.type is WSMsgType.TEXT and first:
                self._first_message(message.data, client, flags)
                first = False

    def _first_message(self, text: str, client: str, flags: dict[str, Any]) -> None:
        with suppress(ValueError, AttributeError):
            said = json.loads(text)
            if said.get("type") == "feature_flags":
                self.flags[client] = said.get("data", {})
                self.send("feature_flags", flags, client)

    def status(self, remaining: int) -> None:
        """The one event for everybody."""
        self.send("status", {"status": _status(remaining)})

    async def _publish(self) -> None:
        while True:
            payload, client = await self._outbox.get()
            for socket in self._listeners(client):
                with suppress(ConnectionError, RuntimeError):
                    await _deliver(socket, payload)

    def _listeners(self, client: str | None) -> list[web.WebSocketResponse]:
        if client is None:
            return list(self.sockets.values())
        socket = self.sockets.get(client)
        return [] if socket is None else [socket]


async def _deliver(socket: web.WebSocketResponse, payload: str | bytes) -> None:
    if isinstance(payload, str):
        await socket.send_str(payload)
    else:
        await socket.send_bytes(payload)


def _status(remaining: int) -> dict[str, Any]:
    return {"exec_info": {"queue_remaining": remaining}}


def _fresh_id() -> str:
    return uuid.uuid4().hex
