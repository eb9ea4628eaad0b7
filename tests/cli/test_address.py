"""Which server a command means."""

import argparse
from contextlib import asynccontextmanager

import pytest

from comfydoctor.cli.address import choose_server
from comfydoctor.comfy.auth import Secrets
from comfydoctor.doctor.office import Office
from comfydoctor.errors import SettingsError, UsageError
from comfydoctor.model.server import AuthKind, FoundServer, ServerProfile
from comfydoctor.store.paths import Paths
from comfydoctor.store.store import Store

KEPT = ServerProfile("studio", "https://10.0.0.2:8188", AuthKind.BEARER)


class Alone(Office):
    """An office on a computer on which exactly ``there`` are found."""

    there = ()

    async def find_servers(self):
        return self.there


@asynccontextmanager
async def office(environment=None, there=()):
    store = Store.open(Paths.find())
    opened = Alone(store, secrets=Secrets(), environment=environment or {})
    opened.there = there
    opened.remember(KEPT)
    yield opened
    await opened.aclose()
    store.close()


async def choose(url=None, **given):
    async with office(**given) as opened:
        return await choose_server(argparse.Namespace(url=url), opened)


FOUND = (FoundServer("http://127.0.0.1:8188"), FoundServer("http://127.0.0.1:8000"))
NAMED = {"COMFYUI_URL": "http://10.0.0.3:8188"}


async def test_the_url_goes_before_everything():
    profile = await choose("http://10.0.0.4:8188/", environment=NAMED, there=FOUND)
    assert profile.url == "http://10.0.0.4:8188"


async def test_the_environment_goes_before_what_is_found():
    profile = await choose(environment=NAMED, there=FOUND)
    assert profile.url == "http://10.0.0.3:8188"


async def test_else_the_best_that_was_found_is_meant():
    assert (await choose(there=FOUND)).url == "http://127.0.0.1:8188"


async def test_a_kept_profile_brings_its_login_along():
    assert await choose("https://10.0.0.2:8188") == KEPT


async def test_nobody_there_is_said_with_what_to_do():
    with pytest.raises(UsageError, match="No ComfyUI was found") as caught:
        await choose()
    assert "--url" in caught.value.advice


async def test_what_is_no_address_is_refused():
    with pytest.raises(SettingsError):
        await choose("http://[nonsense")
