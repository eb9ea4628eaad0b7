"""A TCP proxy that treats a connection as bad networks do."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager


class ChaosProxy:
    """Passes bytes on; ``mode`` may be changed at any moment.

    pass, blackhole (both ends stay open and hear nothing), corrupt (`damage` is
    applied to what the server sends), refuse (closes at once).
    """

    def __init__(self, target: int) -> None:
        self.target = target
        self.mode = "pass"
        self.damage: Callable[[bytes], bytes] = lambda data: data
        self.accepted = 0
        self.open = 0
        self.empty = asyncio.Event()
        self.port = 0
        self._writers: set[asyncio.StreamWriter] = set()

    async def handle(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.accepted += 1
        if self.mode == "refuse":
            writer.close()
            return
        self.open += 1
        self.empty.clear()
        there, back = await asyncio.open_connection("127.0.0.1", self.target)
        self._writers |= {writer, back}
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._pipe(reader, back, from_server=False))
                group.create_task(self._pipe(there, writer, from_server=True))
        finally:
            self.open -= 1
            if not self.open:
                self.empty.set()
            self._writers -= {writer, back}
            writer.transport.abort()
            back.transport.abort()

    async def _pipe(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        *,
        from_server: bool,
    ) -> None:
        try:
            while data := await reader.read(65536):
                if self.mode == "blackhole":
                    continue
                if self.mode == "corrupt" and from_server:
                    data = self.damage(data)
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.transport.abort()

    def cut(self) -> None:
        for writer in list(self._writers):
            writer.transport.abort()


@asynccontextmanager
async def chaos_proxy(target: int) -> AsyncIterator[ChaosProxy]:
    proxy = ChaosProxy(target)
    server = await asyncio.start_server(proxy.handle, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        proxy.cut()
        if proxy.open:
            async with asyncio.timeout(5):
                await proxy.empty.wait()
        await asyncio.sleep(0.05)  # as in tests/comfy/channel_server.py
