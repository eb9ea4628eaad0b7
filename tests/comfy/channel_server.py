"""A small event channel as ComfyUI offers it, on a real socket."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed


def status(remaining: int, **more: object) -> str:
    info = {"exec_info": {"queue_remaining": remaining}}
    return json.dumps({"type": "status", "data": {"status": info, **more}})


@dataclass
class ChannelServer:
    """What it was asked, and the sockets that are open."""

    port: int = 0
    sockets: list[ServerConnection] = field(default_factory=list)
    client_ids: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    first_messages: list[str] = field(default_factory=list)
    opened: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def handle(self, socket: ServerConnection) -> None:
        assert socket.request is not None
        parts = urlsplit(socket.request.path)
        client_id = parse_qs(parts.query)["clientId"][0]
        self.paths.append(parts.path)
        self.client_ids.append(client_id)
        self.headers.append(dict(socket.request.headers.raw_items()))
        self.sockets.append(socket)
        self.opened.set()
        try:
            await socket.send(status(0, sid=client_id))
            async for message in socket:
                self.first_messages.append(str(message))
                await socket.send('{"type":"feature_flags","data":{"a":true}}')
        except ConnectionClosed:
            pass
        finally:
            self.sockets.remove(socket)

    async def say(self, *frames: str | bytes) -> None:
        for socket in list(self.sockets):
            for frame in frames:
                await socket.send(frame)

    async def next_socket(self) -> ServerConnection:
        """Wait for a socket that opens from now on."""
        self.opened.clear()
        await self.opened.wait()
        return self.sockets[-1]

    def cut(self) -> None:
        for socket in list(self.sockets):
            socket.transport.abort()


@asynccontextmanager
async def channel_server(
    port: int = 0, **options: object
) -> AsyncIterator[ChannelServer]:
    server = ChannelServer()
    options.setdefault("ping_interval", None)
    async with serve(server.handle, "127.0.0.1", port, **options) as listening:
        server.port = port_of(listening)
        try:
            yield server
        finally:
            server.cut()
    # A connection that was taken in the last moment is closed by a task of its own;
    # a loop that ends before it leaves the socket to the garbage collector.
    await asyncio.sleep(0.05)


def port_of(server: Server) -> int:
    return next(iter(server.sockets)).getsockname()[1]
