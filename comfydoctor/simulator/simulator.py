"""The simulator: a server on a real port that plays a scenario."""

import asyncio
import os
import random
import socket
from contextlib import suppress

from aiohttp import web

from comfydoctor.errors import ContentError
from comfydoctor.simulator.app import make_app
from comfydoctor.simulator.card import MIB, Card, CardFacts
from comfydoctor.simulator.disk import Disk
from comfydoctor.simulator.life import Life, World
from comfydoctor.simulator.pace import Pace
from comfydoctor.simulator.scenario import (
    Model,
    Scenario,
    load_scenario,
    load_stock,
)
from comfydoctor.simulator.stream import Goings, Users
from comfydoctor.simulator.values import ModelFile
from comfydoctor.simulator.version import VERSIONS

HOST = "127.0.0.1"


class Simulator:
    """A ComfyUI that is not one; every answer says so in a header.

    ``speed`` divides all waits. The same ``seed`` gives the same jobs and noise.
    A crash or a reboot through the manager ends one `Life`; the port refuses for a
    while, then the next one begins with an empty queue and history.
    """

    def __init__(
        self,
        scenario: str | Scenario,
        profile: str | None = None,
        *,
        port: int = 0,
        speed: float = 1.0,
        seed: int = 0,
    ) -> None:
        self.scenario = (
            load_scenario(scenario) if isinstance(scenario, str) else scenario
        )
        version = VERSIONS.get(profile or self.scenario.profile)
        if version is None:
            raise ContentError(f"no profile {profile}; there are {', '.join(VERSIONS)}")
        rng = random.Random(seed)  # noqa: S311 - a game, not a secret
        pace = Pace(speed)
        card = Card(
            CardFacts(**dict(self.scenario.card)), self.scenario.ram_gb, pace, rng
        )
        card.strain.others_mb = self.scenario.others_mb
        disk = Disk(_files(self.scenario), disk_mb_s=self.scenario.disk_mb_s)
        self.world = World(self.scenario, version, pace, card, disk, rng)
        self.life: Life | None = None
        self._users = Users(self.scenario, rng)
        self._port = port
        self._runner: web.AppRunner | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._listening = asyncio.Event()

    @property
    def url(self) -> str:
        return self.world.url

    async def start(self) -> str:
        """Listen and live; answers the address."""
        listener = self._bind()
        self._port = listener.getsockname()[1]
        self.world.url = f"http://{HOST}:{self._port}"
        self._keeper = asyncio.get_running_loop().create_task(self._keep(listener))
        waiting = asyncio.get_running_loop().create_task(self._listening.wait())
        await asyncio.wait({self._keeper, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if self._keeper.done():
            waiting.cancel()
            self._keeper.result()
        return self.url

    async def failed(self) -> None:
        """Returns (or raises) only if the simulator breaks down by itself."""
        if self._keeper is not None:
            await asyncio.wait({self._keeper})
            self._keeper.result()

    async def aclose(self) -> None:
        """Stop everything; returns when the port is free."""
        if self._keeper is not None:
            self._keeper.cancel()
            with suppress(asyncio.CancelledError):
                await self._keeper
            self._keeper = None

    async def __aenter__(self) -> "Simulator":
        await self.start()
        return self

    async def __aexit__(self, *args: object) -> None:
        await self.aclose()

    def _bind(self) -> socket.socket:
        listener = socket.socket()
        if os.name == "posix":  # on Windows it would let two servers share a port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, self._port))
        except OSError:
            listener.close()
            raise
        return listener

    async def _keep(self, listener: socket.socket) -> None:
        """One life after the other, until closed."""
        first = True
        while True:
            life = Life(self.world)
            goings = Goings(life, self._users, first=first)
            if first:
                await self._begin_past(life, goings)
            else:
                life.print_start()
                goings.befall_first()
            first = False
            down = await self._live(life, goings, listener)
            await self.world.pace.sleep(down)
            listener = self._bind()

    async def _begin_past(self, life: Life, goings: Goings) -> None:
        pace, past = self.world.pace, self.scenario.past
        pace.rewind(past.minutes * 60.0 + 20.0 if past.jobs else 0.0)
        life.print_start()
        pace.skip(10.0)
        await goings.live_past()
        pace.catch_up()
        goings.befall_first()
        self.world.card.settle(0.45 if past.jobs else 0.0)

    async def _live(self, life: Life, goings: Goings, listener: socket.socket) -> float:
        """Serve until the process goes down; answers for how long."""
        self.life = life
        runner = web.AppRunner(make_app(life), access_log=None, shutdown_timeout=0.02)
        await runner.setup()
        try:
            await web.SockSite(runner, listener).start()
            life.start()
            self._listening.set()
            return await self._until_down(life, goings)
        finally:
            await _cut(runner)
            await life.aclose()

    async def _until_down(self, life: Life, goings: Goings) -> float:
        loop = asyncio.get_running_loop()
        going = loop.create_task(goings.go_on())
        down = loop.create_task(life.until_down())
        try:
            await asyncio.wait({going, down}, return_when=asyncio.FIRST_COMPLETED)
            if going.done() and not going.cancelled():
                going.result()
            return await down
        finally:
            for task in (going, down):
                task.cancel()
            await asyncio.gather(going, down, return_exceptions=True)


async def _cut(runner: web.AppRunner) -> None:
    """End as a killed process does: no close frames, no last answers."""
    if runner.server is not None:
        for connection in runner.server.connections:
            if connection.transport is not None:
                connection.transport.abort()
    await runner.cleanup()


def _files(scenario: Scenario) -> tuple[ModelFile, ...]:
    stock: tuple[Model, ...] = load_stock() if scenario.stock else ()
    there = [each for each in stock if each.name not in scenario.without_models]
    return tuple(_file(each) for each in (*there, *scenario.model))


def _file(model: Model) -> ModelFile:
    metadata = tuple(model.metadata.items())
    size = int(model.mb * MIB)
    return ModelFile(
        model.folder, model.name, size, model.family, model.state, metadata
    )
