"""Several servers at once, what is kept of them, and the demo."""

import asyncio
import contextlib
import logging

import pytest

from comfydoctor.comfy.auth import Secrets
from comfydoctor.doctor import office as module
from comfydoctor.doctor.office import Office, load_matcher, open_office
from comfydoctor.errors import DiskFull, DoctorError, SettingsError, UsageError
from comfydoctor.model.server import AuthKind, Reach, ServerProfile
from comfydoctor.store.paths import Paths
from comfydoctor.store.settings import SettingsFile
from comfydoctor.store.store import Store
from tests.comfy.web_server import STATS, serving
from tests.simulator.bench import running


class Keyring:
    """A keyring in memory."""

    def __init__(self):
        self.kept = {}

    def get_password(self, service, username):
        return self.kept.get(username)

    def set_password(self, service, username, password):
        self.kept[username] = password

    def delete_password(self, service, username):
        del self.kept[username]


@pytest.fixture
async def keyring():
    return Keyring()


@pytest.fixture
async def ours(keyring, home):
    store = Store.open(Paths.find())
    office = Office(store, secrets=Secrets(keyring), environment={})
    yield office
    await office.aclose()
    store.close()


def written():
    """The settings as the next start will read them."""
    return SettingsFile(Paths.find().settings).load().settings


@contextlib.asynccontextmanager
async def comfy():
    async with serving({"GET /system_stats": STATS}) as served:
        yield served


# Addresses and secrets.


async def test_a_password_in_the_address_goes_to_the_keyring_not_the_file(
    ours, keyring, until
):
    async with comfy() as served:
        address = served.url.replace("://", "://anna:s3cret@")
        profile = await ours.profile_for(address)
        assert (profile.url, profile.auth, profile.user) == (
            *(served.url, AuthKind.BASIC),
            "anna",
        )
        assert "s3cret" not in repr(profile)
        await ours.open(profile)
        assert list(keyring.kept.values()) == ["s3cret"]
        text = Paths.find().settings.read_text()
        assert "anna" in text and "s3cret" not in text
        await until(
            lambda: any(one.headers.get("authorization") for one in _of(served))
        )


def _of(served):
    return tuple(served.heard)


async def test_a_name_without_a_password_leaves_the_kept_password_alone(ours, keyring):
    await ours.profile_for("http://anna:s3cret@127.0.0.1:8188")
    profile = await ours.profile_for("http://anna@127.0.0.1:8188")
    assert profile.user == "anna"
    assert await ours.secrets.get(profile) == "s3cret"


async def test_a_kept_profile_comes_back_with_its_login_and_certificate(ours):
    url = "https://10.0.0.2:8188"
    kept = ServerProfile("studio", url, AuthKind.BEARER, pinned_sha256="ab" * 32)
    ours.remember(kept)
    assert await ours.profile_for("https://10.0.0.2:8188/") == kept


async def test_what_is_no_address_is_refused(ours):
    with pytest.raises(SettingsError):
        await ours.profile_for("http://[nonsense")


async def test_the_environment_may_name_a_server(home):
    store = Store.open(Paths.find())
    office = Office(store, environment={"COMFYUI_URL": "http://10.0.0.9:8188"})
    assert office.address_from_environment() == "http://10.0.0.9:8188"
    await office.aclose()
    store.close()


async def test_an_address_is_examined_with_the_kept_secret(ours, keyring):
    async with comfy() as served:
        profile = await ours.profile_for(served.url.replace("://", "://anna:s3cret@"))
        examined = await ours.examine(profile)
        assert examined.steps
        assert any("authorization" in one.headers for one in served.heard)


# What is kept.


async def test_servers_keep_their_place_and_the_last_one_is_known(ours):
    first = ServerProfile("a", "http://127.0.0.1:1111")
    second = ServerProfile("b", "http://127.0.0.1:2222")
    for profile in (first, second, first):
        ours.remember(profile)
    assert written().servers == (first, second)
    assert written().last_server == first.key


async def test_settings_written_by_the_window_are_kept(ours):
    ours.save(ours.settings.model_copy(update={"theme": "dark", "scale": 1.5}))
    ours.remember(ServerProfile("a", "http://127.0.0.1:1111"))
    assert (written().theme, written().scale) == ("dark", 1.5)
    ours.save(ours.settings.model_copy(update={"theme": "light"}))
    assert len(written().servers) == 1


async def test_forgetting_removes_profile_and_secret(ours, keyring):
    async with comfy() as served:
        profile = await ours.profile_for(served.url.replace("://", "://anna:s3cret@"))
        await ours.open(profile)
        await ours.forget(profile.key)
        assert ours.doctors == {} and ours.servers() == ()
        assert keyring.kept == {}
        assert written().servers == () and written().last_server == ""


async def test_forgetting_one_server_keeps_the_other_as_the_last(ours):
    first = ServerProfile("a", "http://127.0.0.1:1111")
    second = ServerProfile("b", "http://127.0.0.1:2222")
    ours.remember(first)
    ours.remember(second)
    await ours.forget(first.key)
    assert written().servers == (second,)
    assert written().last_server == second.key


async def test_a_second_instance_keeps_nothing(ours):
    second_store = Store.open(Paths.find())
    second = Office(second_store, environment={})
    second.remember(ServerProfile("a", "http://127.0.0.1:1111"))
    assert written().servers == ()
    await second.aclose()
    second_store.close()


async def test_a_full_disk_keeps_nobody_from_looking_at_a_server(
    ours, monkeypatch, caplog
):
    def refuse(settings):
        raise DiskFull("no room")

    monkeypatch.setattr(ours, "save", refuse)
    async with comfy() as served:
        with caplog.at_level(logging.WARNING):
            await ours.open(await ours.profile_for(served.url))
        assert "no room" in caplog.text
        await ours.close(served.url)


# Doctors.


async def test_several_servers_are_watched_at_once(ours, until):
    async with running("test-bench") as one, running("test-bench") as other:
        urls = [one.simulator.url, other.simulator.url]
        doctors = [await ours.open(await ours.profile_for(url)) for url in urls]
        await until(lambda: all(connected(doctor) for doctor in doctors))
        assert set(ours.doctors) == set(urls)
        await ours.close(urls[0])
        assert list(ours.doctors) == [urls[1]]
        assert connected(doctors[1])


def connected(doctor):
    return doctor.snapshot().connection.reach is Reach.CONNECTED


async def test_opening_twice_is_one_doctor(ours):
    async with comfy() as served:
        profile = await ours.profile_for(served.url)
        assert await ours.open(profile) is await ours.open(profile)
        assert await ours.doctor(profile) is ours.doctors[profile.key]


async def test_a_secret_given_while_opening_is_kept_and_used(ours, keyring, until):
    async with comfy() as served:
        profile = ServerProfile("a", served.url, AuthKind.BEARER)
        await ours.open(profile, "token-123")
        assert list(keyring.kept.values()) == ["token-123"]
        wanted = "Bearer token-123"
        await until(
            lambda: any(
                one.headers.get("authorization") == wanted for one in _of(served)
            )
        )


async def test_watching_that_cannot_go_on_says_why_and_may_begin_again(
    ours, until, caplog
):
    profile = ServerProfile("a", "http://192.0.2.1:8188", AuthKind.BEARER)
    with caplog.at_level(logging.ERROR):
        doctor = await ours.open(profile, "token-123")
        await until(lambda: doctor.snapshot().connection.reach is Reach.PROBLEM)
        said = doctor.snapshot().connection
        assert "unencrypted" in said.detail and "https" in said.advice
        await until(lambda: "watching ended" in caplog.text)
    assert "token-123" not in caplog.text
    assert await ours.open(profile) is doctor


async def test_an_unknown_entry_is_undone_nowhere(ours):
    with pytest.raises(DoctorError):
        await ours.undo("nothing")


async def test_the_causes_are_loaded_once(ours, monkeypatch):
    loads = []

    def load(paths):
        loads.append(paths)
        return load_matcher(paths)

    monkeypatch.setattr(module, "load_matcher", load)
    first, second = await asyncio.gather(ours.matcher(), ours.matcher())
    assert first is second and len(loads) == 1


# The demo.


async def test_a_demo_is_not_remembered_and_ends_with_its_watching(ours, until):
    profile = await ours.start_demo("healthy-studio", speed=8)
    assert profile.name.startswith("Demo: ")
    doctor = await ours.open(profile)
    await until(lambda: connected(doctor))
    assert written().servers == () and written().last_server == ""
    await ours.stop_demo()
    assert ours.doctors == {}
    await ours.stop_demo()


async def test_an_unknown_scenario_starts_nothing(ours):
    with pytest.raises(UsageError, match="no-such"):
        await ours.start_demo("no-such")
    assert ours.scenarios()


async def test_everything_is_closed_at_the_end(home):
    async with open_office() as office:
        profile = await office.start_demo("healthy-studio", speed=8)
        await office.open(profile)
    assert office.doctors == {}
    async with open_office() as again:
        assert again.store.read_only == ""


async def test_without_writing_another_instance_may_be_open(home):
    async with open_office() as first, open_office(write=False) as second:
        assert first.store.read_only == ""
        assert second.store.read_only
