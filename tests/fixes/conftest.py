"""A real simulator with the test nodes, a real store, and every request noted."""

import asyncio
import contextlib
import json
import subprocess
import sys
import urllib.request
from urllib.parse import urlsplit

import psutil
import pytest

from comfydoctor.comfy.client import Client
from comfydoctor.comfy.http import Http
from comfydoctor.comfy.limits import Limits
from comfydoctor.fixes.base import Care
from comfydoctor.fixes.runner import Runner
from comfydoctor.model.server import ServerProfile
from comfydoctor.simulator.scenario import CardTable, load_scenario
from comfydoctor.simulator.simulator import Simulator
from comfydoctor.store.paths import Paths
from comfydoctor.store.store import Store
from tests.fixes.jobs import picture, sleeping

SPEED = 40.0
USUAL = Limits()
CARD = CardTable(name="NVIDIA GeForce RTX 4090")


class SpyHttp(Http):
    """Notes method and path of what is really sent; may be told to break."""

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.log = []
        self.before = lambda method, path: None
        self.after = lambda method, path: None

    async def send(self, method, path, **options):
        await _maybe(self.before(method, path))
        self.log.append((method, path))
        answer = await super().send(method, path, **options)
        await _maybe(self.after(method, path))
        return answer

    @property
    def changes(self):
        """Requests that may change something."""
        return [call for call in self.log if call[0] != "GET"]


async def _maybe(result):
    if asyncio.iscoroutine(result):
        await result


@contextlib.asynccontextmanager
async def elsewhere(address):
    client = Client(Http(ServerProfile("elsewhere", address)))
    yield client
    await client.aclose()


def end_listener(port):
    """End whoever listens on a port, and wait for it."""
    for found in psutil.net_connections("tcp"):
        if found.laddr.port == port and found.status == psutil.CONN_LISTEN:
            process = psutil.Process(found.pid)
            process.kill()
            with contextlib.suppress(psutil.Error, ChildProcessError):
                process.wait(5)


class Bench:
    """One simulated server under care, at forty times the speed."""

    def __init__(self, simulator, paths):
        self.simulator = simulator
        self.now = 1_800_000_000.0
        self.other = None
        self.programs = []
        self.ports = []  # of servers that a fix may have started
        self.times = 1  # how often the running job sleeps
        self.open_store(paths)
        self.steps = []
        self.connect()

    def open_store(self, paths):
        self.folder = paths.config.parent / f"files-{paths.config.name}"
        self.store = Store.open(paths, clock=lambda: self.now)

    def connect(self, url="", limits=USUAL):
        """A fresh client and runner, as after a start of our program."""
        profile = ServerProfile("bench", url or self.simulator.url)
        self.http = SpyHttp(profile, limits=limits)
        self.client = Client(self.http)
        self.care = Care(
            client=self.client,
            profile=profile,
            journal=self.store.journal,
            audit=self.store.audit,
            parking=self.store.parking,
            versions=self.store.versions,
            who="tester",
            logs=self.store.paths.logs,
            clock=lambda: self.now,
            sleep=self.sleep,
            elsewhere=elsewhere,
        )
        self.runner = Runner(self.care)

    @property
    def simulator_port(self):
        return urlsplit(self.simulator.url).port

    async def go_through(self, port, limits):
        """Speak to the server through a proxy from now on."""
        await self.client.aclose()
        self.connect(f"http://127.0.0.1:{port}", limits)

    async def go_straight(self):
        await self.client.aclose()
        self.connect()

    async def until_restarted(self, life):
        """Wait until the simulator lives its next life and answers."""
        for _ in range(500):
            if self.simulator.life is not life:
                with contextlib.suppress(OSError):
                    await self.raw_queue()
                    return
            await asyncio.sleep(0.01)
        raise AssertionError("it did not come back")

    async def sleep(self, seconds):
        """Our waits pass as fast as the server's, and move our clock."""
        self.now += seconds
        await asyncio.sleep(seconds / SPEED)

    def step(self, index, text):
        self.steps.append((index, text))

    async def apply(self, fix_id, target=""):
        """Plan, approve, apply."""
        plan = await self.runner.plan(fix_id, target)
        return await self.runner.apply(plan, self.step)

    async def post(self, graph, **extra):
        """Queue a job as a browser does; returns its id."""
        body = {"prompt": graph, "client_id": "browser", **extra}
        return (await asyncio.to_thread(self._post, body))["prompt_id"]

    def _post(self, body):
        request = urllib.request.Request(
            self.simulator.url + "/prompt", json.dumps(body).encode()
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    async def raw_queue(self, url=""):
        """What /queue says, waiting ones in order, without our own reader."""

        def get():
            place = (url or self.simulator.url) + "/queue"
            with urllib.request.urlopen(place, timeout=10) as a:
                return json.load(a)

        queue = await asyncio.to_thread(get)
        return queue["queue_running"], sorted(
            queue["queue_pending"], key=lambda i: i[0]
        )

    async def fill(self, waiting=5, seconds=600.0, mode="poll"):
        """One long running job and some waiting ones; returns their ids."""
        running = await self.post(sleeping(seconds, mode, times=self.times))
        await self.until_running(running)
        return running, [await self.post(picture(i)) for i in range(waiting)]

    async def until_running(self, job_id):
        await self.until(lambda r, p: any(item[1] == job_id for item in r))

    async def until_idle(self):
        await self.until(lambda r, p: not r and not p)

    async def until(self, true):
        for _ in range(400):
            if true(*await self.raw_queue()):
                return
            await asyncio.sleep(0.01)
        raise AssertionError("it did not come so far")

    async def make_other(self, version="0.33.0", **changes):
        """Another server beside this one, busy with one long job."""
        scenario = load_scenario("test-bench").model_copy(update=changes)
        self.other = Simulator(scenario, version, speed=SPEED)
        return await self.other.start()

    def start_program(self):
        """A real process beside the server, to be closed."""
        code = "import time; print('begun', flush=True); time.sleep(60)"
        command = [sys.executable, "-c", code]
        child = subprocess.Popen(command, stdout=subprocess.PIPE)
        child.stdout.readline()
        self.programs.append(child)
        return child

    async def aclose(self):
        for port in self.ports:
            end_listener(port)
        for child in self.programs:
            child.kill()
            child.wait()
            child.stdout.close()
        if self.other is not None:
            await self.other.aclose()
        await self.client.aclose()
        await self.simulator.aclose()
        self.store.close()


@pytest.fixture
async def make_bench(tmp_path):
    """Makes benches: version, and changes to the scenario."""
    made = []

    async def make(version="0.33.0", **changes):
        scenario = load_scenario("test-bench").model_copy(update=changes)
        simulator = Simulator(scenario, version, speed=SPEED)
        await simulator.start()
        paths = Paths.under(tmp_path / f"profile{len(made)}")
        made.append(Bench(simulator, paths))
        return made[-1]

    yield make
    for bench in made:
        with contextlib.suppress(Exception):
            await bench.aclose()


@pytest.fixture
async def bench(make_bench):
    """A simulated ComfyUI 0.33.0 without a card and without a Manager."""
    return await make_bench()
