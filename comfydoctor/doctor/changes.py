"""Remembers the states of one server, and names what changed since it last worked."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime

from comfydoctor.comfy.client import Client
from comfydoctor.diagnosis.board import Board
from comfydoctor.diagnosis.changes import SOURCE, compare, suspects
from comfydoctor.diagnosis.crash import CrashReport
from comfydoctor.doctor.abodes import Abode, keep_abode, load_abode
from comfydoctor.doctor.fingerprinting import Taken, take, take_files
from comfydoctor.doctor.meeting import Acquaintance
from comfydoctor.errors import StoreError
from comfydoctor.model.change import Change, JobEnded
from comfydoctor.model.finding import Evidence, Finding, Severity
from comfydoctor.model.fingerprint import Comparison, Event, Fingerprint, Moment
from comfydoctor.model.installation import Installation
from comfydoctor.model.job import Job, JobState
from comfydoctor.store.fingerprints import Fingerprints

PATIENCE = 5.0
"""Seconds between looks whether a busy server may be asked for its definitions."""
FRESH = 60.0
"""Seconds for which what the files told still counts at a success."""

log = logging.getLogger(__name__)


@dataclass
class _Met:
    known: Acquaintance
    installation: Installation | None
    event: Event


class Changes:
    """The memory of one server; lives on the core's loop."""

    def __init__(
        self,
        server: str,
        client: Client,
        kept: Fingerprints,
        *,
        busy: Callable[[], bool],
        wall: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._server = server
        self._client = client
        self._kept = kept
        self._busy = busy
        self._wall = wall
        self._sleep = sleep
        self._news = asyncio.Event()
        self._met: _Met | None = None
        self._before: _Met | None = None
        self._succeeded: list[str] = []
        self._now: Taken | None = None
        self._read = 0.0
        self._since: Comparison | None = None

    @property
    def since_success(self) -> Comparison | None:
        """What changed since the last success; None while it is not known."""
        return self._since

    def settled(self, known: Acquaintance, installation: Installation | None) -> None:
        """The server was met, and its files read where they are here."""
        pid = known.whereabouts.pid
        again = self._before is not None
        same = again and pid is not None and pid == self._before_pid()
        event = Event.START if again and not same else Event.CONNECT
        self._met = self._before = _Met(known, installation, event)
        self._news.set()

    def _before_pid(self) -> int | None:
        return self._before.known.whereabouts.pid if self._before else None

    def on_change(self, change: Change) -> None:
        """Note jobs that ended well."""
        if isinstance(change, JobEnded) and change.job.state is JobState.SUCCEEDED:
            self._succeeded.append(name_of(change.job))
            self._news.set()

    async def run(self) -> None:
        """Take and keep states until cancelled."""
        while True:
            await self._news.wait()
            self._news.clear()
            met, self._met = self._met, None
            if met is not None:
                await self._take(met)
            names, self._succeeded = self._succeeded, []
            for name in dict.fromkeys(names):
                await self._success(name)

    async def _take(self, met: _Met) -> None:
        """Take the state of a server that was met; a demo is not remembered."""
        if met.known.info.simulated:
            return
        while self._busy():
            await self._sleep(PATIENCE)
        self._now = await take(
            self._client,
            met.known,
            installation=met.installation,
            sleep=self._sleep,
        )
        self._read = self._wall()
        if "nodes" not in self._now.fingerprint.parts:
            return  # it fell silent meanwhile; the next meeting takes it all
        await self._keep(met.event, self._now.fingerprint)
        good = await asyncio.to_thread(self._last, (Event.SUCCESS,))
        self._since = compare(good, self._moment(self._now)) if good else None

    async def _success(self, workflow: str) -> None:
        """Whatever is there now works; files that came meanwhile included."""
        if self._now is None:
            return
        here = self._now.installation
        if here is not None and self._wall() - self._read > FRESH:
            fresh = await take_files(here)
            kept = {**self._now.fingerprint.parts}
            kept["models"] = fresh.parts.get("models", {})
            state = replace(self._now.fingerprint, parts=kept)
            self._now = replace(self._now, fingerprint=state)
            self._read = self._wall()
        await self._keep(Event.SUCCESS, self._now.fingerprint, workflow)
        moment = self._moment(self._now)
        self._since = compare(moment, moment)

    def _moment(self, taken: Taken) -> Moment:
        now = self._wall()
        return Moment(now, Event.ASKED, taken.fingerprint, first=now)

    async def _keep(self, event: Event, state: Fingerprint, workflow: str = "") -> None:
        try:
            await asyncio.to_thread(
                self._kept.keep, self._server, event, state, workflow
            )
        except StoreError as error:
            log.warning("the state of %s is not kept: %s", self._server, error)

    def _last(self, events: tuple[Event, ...]) -> Moment | None:
        try:
            return self._kept.last(self._server, events)
        except StoreError as error:
            log.warning("older states of %s cannot be read: %s", self._server, error)
            return None

    # What follows from it.

    def evidence(self, finding: Finding) -> Finding:
        """The finding with the changes that may be behind it."""
        return with_changes(finding, self._since)

    async def explain_death(self, report: CrashReport) -> tuple[Finding, ...]:
        """What ended a server, with what changed in its files since it worked."""
        findings = report.findings[: report.deadly]
        good = await asyncio.to_thread(self._last, (Event.SUCCESS,))
        if good is None or not findings:
            return findings
        state = await take_files(report.installation)
        now = Moment(self._wall(), Event.ASKED, state)
        told = with_changes(findings[0], compare(good, now))
        return (told, *findings[1:])

    # Where it lives.

    def abode(self) -> Abode | None:
        """Where the server lived when it was last met."""
        return load_abode(self._kept, self._server)

    def keep_abode(self, abode: Abode) -> None:
        """Remember it."""
        keep_abode(self._kept, self._server, abode)


class ChangeBoard(Board):
    """A board whose new findings name what changed since the last success."""

    def __init__(
        self, clock: Callable[[], float], explain: Callable[[Finding], Finding]
    ) -> None:
        super().__init__(clock)
        self._explain = explain

    def report(
        self, finding: Finding, version: str = "", *, lasts: bool = False
    ) -> Change | None:
        """As `Board.report`; a finding that is known keeps what it said of changes."""
        known = self.get(finding.key)
        if not _changes_of(finding):
            if known is None:
                finding = self._explain(finding)
            else:
                evidence = (*finding.evidence, *_changes_of(known))
                finding = replace(finding, evidence=evidence)
        return super().report(finding, version, lasts=lasts)


def _changes_of(finding: Finding) -> tuple[Evidence, ...]:
    return tuple(e for e in finding.evidence if e.source == SOURCE)


def with_changes(finding: Finding, comparison: Comparison | None) -> Finding:
    """A finding with its likeliest changes as evidence; mild ones stay as they are."""
    if comparison is None or comparison.before is None:
        return finding
    if finding.severity < Severity.ERROR or finding.harmless:
        return finding
    found = suspects(finding, comparison)
    if not found:
        return finding
    when = datetime.fromtimestamp(comparison.before.time).astimezone()
    since = f"since the last success ({when:%d %b %H:%M})"
    told = tuple(Evidence(SOURCE, f"{since}: {x.says}") for x in found)
    own = tuple(e for e in finding.evidence if e.source != SOURCE)
    return replace(finding, evidence=(*own, *told))


def name_of(job: Job) -> str:
    """What tells one workflow from another in the memory; empty when it has no name."""
    return job.workflow_name[:200]
