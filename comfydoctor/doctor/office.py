"""Office: everything that is not about one server, and the way to each Doctor."""

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

from comfydoctor.comfy.address import from_environment, login_of, normalise
from comfydoctor.comfy.auth import Secrets
from comfydoctor.comfy.client import Client
from comfydoctor.comfy.discover import find_servers
from comfydoctor.comfy.examine import Examination, examine
from comfydoctor.comfy.http import Http
from comfydoctor.content.catalogue import Catalogue
from comfydoctor.diagnosis.signatures import Matcher
from comfydoctor.doctor.abodes import remembered
from comfydoctor.doctor.deathbed import with_files
from comfydoctor.doctor.demo import Demo
from comfydoctor.doctor.doctor import Doctor
from comfydoctor.doctor.report import CheckReport
from comfydoctor.doctor.scenarios import ScenarioInfo, list_scenarios
from comfydoctor.doctor.treatment import Reach
from comfydoctor.doctor.watching import log_end
from comfydoctor.errors import StoreError, UsageError
from comfydoctor.model.fix import FixResult
from comfydoctor.model.server import AuthKind, FoundServer, ServerProfile
from comfydoctor.store.paths import Paths
from comfydoctor.store.settings import Settings, SettingsFile
from comfydoctor.store.store import Store

log = logging.getLogger(__name__)


def open_store(*, write: bool = True) -> Store:
    """The files of this person's profile; use with `contextlib.closing`."""
    return Store.open(Paths.find(), write=write)


def load_matcher(paths: Paths | None = None) -> Matcher:
    """All causes, their patterns compiled; takes a moment, so not on a loop."""
    matcher = Matcher(Catalogue(cache=(paths or Paths.find()).cache))
    _ = matcher.patterns
    return matcher


@asynccontextmanager
async def open_office(*, write: bool = True) -> "AsyncIterator[Office]":
    """Open the profile and, at the end, close everything that was opened.

    Without ``write`` nothing is recorded, and another instance may be open.
    """
    store = await asyncio.to_thread(open_store, write=write)
    office = Office(store)
    try:
        yield office
    finally:
        await office.aclose()
        await asyncio.to_thread(store.close)


class Office:
    """Opened by `open_office`; lives on one event loop."""

    def __init__(
        self,
        store: Store,
        *,
        secrets: Secrets | None = None,
        environment: Mapping[str, str] = os.environ,
    ) -> None:
        self.store = store
        self.secrets = secrets or Secrets()
        self.doctors: dict[str, Doctor] = {}
        """Servers under care, by key."""
        self._environment = environment
        self._file = SettingsFile(store.paths.settings)
        loaded = self._file.load()
        self.settings = loaded.settings
        said = (store.read_only, *store.notices, *loaded.ignored)
        self.notices = tuple(dict.fromkeys(text for text in said if text))
        """What the person should know of the profile, such as a damaged file."""
        self._watching: dict[str, asyncio.Task[None]] = {}
        self._demo: Demo | None = None
        self._loading: asyncio.Task[Matcher] | None = None

    async def aclose(self) -> None:
        """End all watching, and the demo."""
        for key in tuple(self.doctors):
            await self.close(key)
        await self.stop_demo()
        if self._loading is not None:
            await asyncio.wait({self._loading})

    # Settings.

    def servers(self) -> tuple[ServerProfile, ...]:
        """The servers that are kept."""
        return self.settings.servers

    def save(self, settings: Settings) -> tuple[str, ...]:
        """Write the settings; returns what was withheld, such as a password."""
        withheld = self._file.save(settings)
        self.settings = settings
        return withheld

    def remember(self, profile: ServerProfile) -> None:
        """Keep a server, as the one to open next time. A demo is not kept."""
        if self._demo is not None and profile.url == self._demo.url:
            return
        kept = {known.key: known for known in self.settings.servers}
        servers = tuple((kept | {profile.key: profile}).values())
        update = {"servers": servers, "last_server": profile.key}
        if not self.store.read_only:
            self.save(self.settings.model_copy(update=update))

    async def forget(self, key: str) -> None:
        """Close a server and keep neither its profile nor its secret."""
        await self.close(key)
        for profile in self.settings.servers:
            if profile.key == key:
                await self.secrets.forget(profile)
        kept = tuple(p for p in self.settings.servers if p.key != key)
        last = self.settings.last_server
        update = {"servers": kept, "last_server": "" if last == key else last}
        self.save(self.settings.model_copy(update=update))

    # Finding servers.

    def address_from_environment(self) -> str:
        """The address named by an environment variable, else an empty text."""
        return from_environment(self._environment)[0]

    async def profile_for(self, address: str) -> ServerProfile:
        """The kept profile of an address, or a new one.

        A password typed into the address goes to the keyring, not into the profile.
        Raises SettingsError for an address that is none.
        """
        url = normalise(address)
        known = next((p for p in self.settings.servers if p.url == url), None)
        profile = known or ServerProfile(name=url.partition("://")[2], url=url)
        user, password = login_of(address)
        if user or password:
            profile = replace(profile, auth=AuthKind.BASIC, user=user)
        if password:
            await self.secrets.put(profile, password)
        return profile

    async def find_servers(self) -> tuple[FoundServer, ...]:
        """ComfyUI servers of this computer and of the environment's address."""
        return await find_servers(environment=self._environment)

    async def examine(self, profile: ServerProfile, secret: str = "") -> Examination:
        """Try an address step by step; the result tells how far it came."""
        known = secret or await self.secrets.get(profile)
        tried = await examine(profile, secret=known)
        return await with_files(
            tried,
            profile.url,
            self.matcher,
            lambda: remembered(profile.url, self.store.paths),
        )

    # Doctors.

    async def doctor(self, profile: ServerProfile, secret: str = "") -> Doctor:
        """A doctor for a server, not yet watching; the same one while it is open."""
        if profile.key not in self.doctors:
            if secret:
                await self.secrets.put(profile, secret)
            self.doctors[profile.key] = Doctor(
                profile,
                store=self.store,
                matcher=self.matcher,
                secret=secret or await self.secrets.get(profile),
                reach=Reach(self.elsewhere, self.settings.restart_command(profile)),
            )
        return self.doctors[profile.key]

    @asynccontextmanager
    async def elsewhere(self, address: str) -> AsyncIterator[Client]:
        """Another server for a moment, with the login that is kept for it."""
        profile = await self.profile_for(address)
        client = Client(Http(profile, secret=await self.secrets.get(profile)))
        try:
            yield client
        finally:
            await client.aclose()

    async def open(self, profile: ServerProfile, secret: str = "") -> Doctor:
        """Take a server under care: it is watched until closed, and remembered."""
        doctor = await self.doctor(profile, secret)
        task = self._watching.get(profile.key)
        if task is None or task.done():
            task = asyncio.get_running_loop().create_task(doctor.run())
            task.add_done_callback(log_end)
            self._watching[profile.key] = task
            self._try_to_remember(profile)
        return doctor

    def _try_to_remember(self, profile: ServerProfile) -> None:
        """A full disk must not keep anybody from looking at a server."""
        try:
            self.remember(profile)
        except StoreError as error:
            log.warning("the server is not kept in the settings: %s", error)

    async def close(self, key: str) -> None:
        """Stop watching a server."""
        task = self._watching.pop(key, None)
        if task is not None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await asyncio.wait({task})
        doctor = self.doctors.pop(key, None)
        if doctor is not None:
            await doctor.aclose()

    async def check(
        self,
        profile: ServerProfile,
        *,
        workflow: dict[str, object] | None = None,
        may_write: bool = False,
    ) -> CheckReport:
        """Run every probe that applies, once; see `Doctor.check`."""
        doctor = await self.doctor(profile)
        return await doctor.check(workflow=workflow, may_write=may_write)

    async def undo(self, entry_id: str, *, url: str | None = None) -> FixResult:
        """Undo an action on the server it was done to, or at another ``url``."""
        entry = self.store.journal.entry(entry_id)
        doctor = await self.doctor(await self.profile_for(url or entry.server))
        return await doctor.undo(entry_id)

    async def matcher(self) -> Matcher:
        """The causes, loaded once in a thread."""
        if self._loading is None:
            loop = asyncio.get_running_loop()
            self._loading = loop.create_task(
                asyncio.to_thread(load_matcher, self.store.paths)
            )
        return await asyncio.shield(self._loading)

    # The demo.

    def scenarios(self) -> tuple[ScenarioInfo, ...]:
        """What the demo can show."""
        return list_scenarios()

    async def start_demo(self, scenario: str, *, speed: float = 1.0) -> ServerProfile:
        """Start a simulated ComfyUI in place of the one that may be running."""
        known = {one.id: one for one in self.scenarios()}
        if scenario not in known:
            raise UsageError(
                f"There is no scenario {scenario}.",
                advice="`comfydoctor simulate --list` names them.",
            )
        await self.stop_demo()
        self._demo = await Demo.start(scenario, speed=speed)
        return ServerProfile(name=f"Demo: {known[scenario].title}", url=self._demo.url)

    async def stop_demo(self) -> None:
        """End the simulator and stop watching it."""
        demo, self._demo = self._demo, None
        if demo is not None:
            await self.close(demo.url.lower())
            await demo.aclose()
