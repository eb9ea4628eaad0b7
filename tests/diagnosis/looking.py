"""Looks at a server, simulated or real, as the doctor makes them."""

import asyncio
import math
import time
from contextlib import asynccontextmanager

from comfydoctor.comfy.client import Client
from comfydoctor.comfy.http import Http
from comfydoctor.comfy.logs import LogBook
from comfydoctor.content.catalogue import Catalogue
from comfydoctor.diagnosis.probe import Look
from comfydoctor.diagnosis.signatures import Matcher
from comfydoctor.errors import ServerError
from comfydoctor.host.local import locate
from comfydoctor.model.server import ServerProfile
from comfydoctor.simulator.simulator import Simulator

MATCHER = Matcher(Catalogue())
QUICK = {
    "steady": lambda: time.monotonic() * 20,
    "sleep": lambda seconds: asyncio.sleep(seconds / 20),
}
"""A second takes a twentieth."""


def offline(**known):
    """A look whose server is never asked."""
    given = {
        "client": Client(Http(ServerProfile("nobody", "http://127.0.0.1:9"))),
        "info": None,
        "manager": None,
        "folders": {},
        "where": None,
        "log_lines": (),
        "matcher": MATCHER,
        "latest": lambda metric, subject: math.nan,
        "workflow": None,
        "clock": time.time,
        "steady": time.monotonic,
        "sleep": asyncio.sleep,
    }
    return Look(**(given | known))


async def look_at(client, **known):
    """Ask what the doctor asks when it meets a server."""
    info = await client.system_stats()
    folders = await or_none(client.folder_paths()) or {}
    entries = await or_none(client.log_entries()) or ()
    given = {
        "client": client,
        "info": info,
        "manager": await or_none(client.manager()),
        "folders": folders,
        "where": await asyncio.to_thread(locate, client.http.url, folders),
        "log_lines": LogBook().add(entries),
    }
    return offline(**(given | known))


async def or_none(answer):
    try:
        return await answer
    except ServerError:
        return None


@asynccontextmanager
async def simulated(scenario, profile="0.33.0", speed=20.0, **options):
    """A simulator and a client of it."""
    simulator = Simulator(scenario, profile, speed=speed, **options)
    await simulator.start()
    client = Client(Http(ServerProfile("simulated", simulator.url)))
    try:
        yield simulator, client
    finally:
        await client.aclose()
        await simulator.aclose()


def by_id(results):
    return {result.id: result for result in results}


def causes(result):
    return [finding.cause for finding in result.findings]
