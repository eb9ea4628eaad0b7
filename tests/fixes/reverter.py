"""A process that reverts a file to and fro for ever; to be killed."""

import asyncio
import contextlib
import sys
from pathlib import Path

from comfydoctor.comfy.client import Client
from comfydoctor.comfy.http import Http
from comfydoctor.errors import DoctorError
from comfydoctor.fixes.base import Care
from comfydoctor.fixes.runner import Runner
from comfydoctor.model.server import ServerProfile
from comfydoctor.model.version import Origin, Place
from comfydoctor.store.paths import Paths
from comfydoctor.store.store import Store
from comfydoctor.workflow.sighting import sight
from tests.fixes.saved import drawn


def care_for(store):
    """A care whose server never answers, and that does not wait for it."""
    profile = ServerProfile("dead", "http://127.0.0.1:9")

    async def no_sleep(seconds):
        await asyncio.sleep(0)

    return Care(
        client=Client(Http(profile)),
        profile=profile,
        journal=store.journal,
        audit=store.audit,
        parking=store.parking,
        versions=store.versions,
        sleep=no_sleep,
    )


async def main(profile, file):
    store = Store.open(Paths.under(Path(profile)))
    runner = Runner(care_for(store))
    place = Place(file, "w", file)
    states = [
        store.versions().keep(sight(place, drawn(n), Origin.FOLDER, 1.0))
        for n in (1, 2)
    ]
    number = 100
    while True:
        for version in states:
            number += 1
            with contextlib.suppress(DoctorError):
                plan = await runner.plan("revert-workflow", str(version.id))
                await runner.apply(plan)
            Path(file).write_bytes(drawn(number))  # somebody saves
            sys.stdout.write(f"{number}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
