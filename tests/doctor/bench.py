"""A simulated ComfyUI in this process, our client of it, and every request noted."""

import contextlib
from dataclasses import dataclass, field

from comfydoctor.comfy.client import Client
from comfydoctor.comfy.http import Http
from comfydoctor.doctor.state import State
from comfydoctor.model.server import ServerProfile
from tests.simulator.bench import Talk, running


class NotedHttp(Http):
    """Notes what is really sent."""

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.log = []

    async def send(self, method, path, **options):
        self.log.append(f"{method} {path}")
        return await super().send(method, path, **options)


@dataclass
class Bench:
    """One server, somebody else who talks to it, and us."""

    talk: Talk
    http: NotedHttp
    client: Client
    state: State
    now: float = 1000.0
    announced: list = field(default_factory=list)

    @property
    def asked(self):
        """Requests since the last call of ``forget``."""
        return self.http.log

    def forget(self):
        self.http.log.clear()


@contextlib.asynccontextmanager
async def bench(version="0.33.0", speed=40.0):
    async with running("test-bench", version, speed=speed) as talk:
        profile = ServerProfile("bench", talk.simulator.url)
        http = NotedHttp(profile)
        made = Bench(talk, http, Client(http), State(profile, lambda: 1000.0))
        made.state.clock = lambda: made.now
        try:
            yield made
        finally:
            await made.client.aclose()
