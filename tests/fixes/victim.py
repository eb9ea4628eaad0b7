"""A process that applies or undoes fixes in children made to be killed.

Reads one JSON object a line; each is done by a forked child, which has every module
loaded already and does all its work on one thread, so that a system call has one
number in every run. Answers the child's pid, waits for a line, lets it begin, and
answers how it ended.
"""

import asyncio
import contextlib
import json
import os
import sys
import traceback
from pathlib import Path

from comfydoctor.comfy.client import Client
from comfydoctor.comfy.http import Http
from comfydoctor.errors import DoctorError
from comfydoctor.fixes.base import Care
from comfydoctor.fixes.runner import Runner
from comfydoctor.model.server import ServerProfile
from comfydoctor.store.paths import Paths
from comfydoctor.store.store import Store

SPEED = 40.0


class OneThread(Care):
    """Writes at once instead of aside."""

    async def keep(self, work, *args, **options):
        return work(*args, **options)


async def swiftly(seconds):
    await asyncio.sleep(seconds / SPEED)


@contextlib.asynccontextmanager
async def elsewhere(address):
    client = Client(Http(ServerProfile("elsewhere", address)))
    yield client
    await client.aclose()


def work(order, begin):
    """In the child: ready everything, wait, act; returns what came of it."""
    store = Store.open(Paths.under(Path(order["home"])))
    profile = ServerProfile("bench", order["url"])

    async def act():
        client = Client(Http(profile))
        care = OneThread(
            client,
            profile,
            store.journal,
            store.audit,
            store.parking,
            sleep=swiftly,
            elsewhere=elsewhere,
        )
        runner = Runner(care)
        plan = None
        if order["what"] == "apply":
            plan = await runner.plan(order["fix"], order["target"])
        begin()
        if plan is not None:
            result = await runner.apply(plan)
        else:
            result = await runner.undo(order["entry"])
        await client.aclose()
        return result.outcome.value

    try:
        return {"outcome": asyncio.run(act())}
    except DoctorError as error:
        return {"error": type(error).__name__, "said": str(error)}
    except BaseException:  # noqa: BLE001 - told to the test, whatever it is
        return {"crash": traceback.format_exc()}


def warm_up():
    """Load what is only loaded at the first request."""

    async def ask():
        with contextlib.suppress(DoctorError):
            await Client(Http(ServerProfile("", "http://127.0.0.1:9"))).queue()

    asyncio.run(ask())


def child(order, go, told):
    """Never returns."""

    def begin():
        os.write(told, b"r")
        os.read(go, 1)

    said = work(order, begin)
    os.write(told, json.dumps(said).encode())
    os._exit(0)


def answer(words):
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def serve():
    warm_up()
    answer("ready")
    for line in sys.stdin:
        order = json.loads(line)
        go, begin = os.pipe()
        heard, told = os.pipe()
        pid = os.fork()
        if pid == 0:
            child(order, go, told)
        os.close(told)
        ready = os.read(heard, 1)  # empty when it ended before it began
        answer(pid if ready == b"r" else 0)
        if ready == b"r":
            sys.stdin.readline()
            os.write(begin, b"g")
        rest = ready[:0] if ready == b"r" else ready
        while piece := os.read(heard, 65536):
            rest += piece
        _, status = os.waitpid(pid, 0)
        for handle in (go, begin, heard):
            os.close(handle)
        said = json.loads(rest) if rest.strip() else {}
        answer(json.dumps(said | {"signal": os.WTERMSIG(status)}))


if __name__ == "__main__":
    serve()
