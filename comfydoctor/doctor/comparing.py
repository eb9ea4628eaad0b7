"""What changed on a server, or between two, when a person asks."""

import asyncio
import time
from dataclasses import dataclass

from comfydoctor.diagnosis.changes import compare
from comfydoctor.doctor.abodes import abode_of, keep_abode, load_abode
from comfydoctor.doctor.deathbed import home_of, is_local, port_in
from comfydoctor.doctor.fingerprinting import Taken, take, take_files
from comfydoctor.doctor.meeting import meet
from comfydoctor.doctor.office import Office
from comfydoctor.errors import ServerError
from comfydoctor.model.fingerprint import Comparison, Event, Fingerprint, Moment
from comfydoctor.model.server import ServerProfile
from comfydoctor.store.fingerprints import Fingerprints

_ORDER = ((Event.SUCCESS,), (Event.START, Event.CONNECT), (Event.ASKED,))
"""What is taken as the state before: a success, else a meeting, else an answer."""


@dataclass(frozen=True)
class Since:
    """Which older state is meant."""

    time: float | None = None
    """The newest one that was there at this moment; None: the last good one."""
    workflow: str | None = None
    """The last success of this workflow."""


@dataclass(frozen=True)
class Answer:
    """What changed, and how it was found out."""

    comparison: Comparison
    first_time: bool = False
    """Nothing older is kept of this server."""
    by_files: bool = False
    """The server did not answer; its files were read."""


async def changes_of(office: Office, profile: ServerProfile, since: Since) -> Answer:
    """Compare a server's state of now with an older one.

    One that does not answer is read from its files where they are here. Raises a
    ServerError when neither can be read.
    """
    kept = _kept(office)
    older = await asyncio.to_thread(_older, kept, profile.key, since)
    taken, by_files = await state_of(office, profile)
    now = moment(taken.fingerprint)
    if not by_files:
        await asyncio.to_thread(_keep, kept, profile.key, taken)
    if older is None:
        return Answer(Comparison(after=now), first_time=True, by_files=by_files)
    return Answer(compare(older, now), by_files=by_files)


async def difference_of(
    office: Office, profile: ServerProfile, other: ServerProfile
) -> Comparison:
    """Compare two servers; ``other`` is the one that is as it should be."""
    taken, _ = await state_of(office, profile)
    reference, _ = await state_of(office, other)
    return compare(moment(reference.fingerprint), moment(taken.fingerprint))


def _keep(kept: Fingerprints, server: str, taken: Taken) -> None:
    """Keep a state that was asked for, and where the server lives."""
    kept.keep(server, Event.ASKED, taken.fingerprint)
    found = taken.installation
    if found is not None and found.running:
        abode = abode_of(found, found.running[0].pid, time.time())
        keep_abode(kept, server, abode)


async def state_of(office: Office, profile: ServerProfile) -> tuple[Taken, bool]:
    """A server's state, and whether it had to be read from files alone."""
    doctor = await office.doctor(profile)
    try:
        known = await meet(doctor.client)
    except ServerError:
        found = await _from_files(office, profile)
        if found is None:
            raise
        return found, True
    return await take(doctor.client, known, sleep=_hurry), False


async def _hurry(seconds: float) -> None:
    """A person waits, so the pauses between requests are short."""
    await asyncio.sleep(min(seconds, 0.03))


async def _from_files(office: Office, profile: ServerProfile) -> Taken | None:
    if not await asyncio.to_thread(is_local, profile.url):
        return None
    abode = await asyncio.to_thread(load_abode, _kept(office), profile.key)
    found = await asyncio.to_thread(home_of, port_in(profile.url), abode)
    return Taken(await take_files(found), found) if found else None


def moment(state: Fingerprint) -> Moment:
    """A state of now."""
    now = time.time()
    return Moment(now, Event.ASKED, state, first=now)


def _kept(office: Office) -> Fingerprints:
    store = office.store
    return Fingerprints(store.paths.fingerprints, writer=not store.read_only)


def _older(kept: Fingerprints, server: str, since: Since) -> Moment | None:
    if since.time is not None:
        return kept.last(server, before=since.time)
    for events in _ORDER:
        workflow = since.workflow if events == (Event.SUCCESS,) else None
        if found := kept.last(server, events, workflow=workflow):
            return found
    return None
