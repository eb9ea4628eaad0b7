"""Incidents of one server: the timeline writes itself while one is open."""

import asyncio
import secrets
from collections.abc import Callable, Iterable

from comfydoctor.content.catalogue import Catalogue
from comfydoctor.doctor.guidance import Patient
from comfydoctor.errors import StoreError, UsageError
from comfydoctor.incidents.facts import estimate, facts_of
from comfydoctor.incidents.timeline import entry_of
from comfydoctor.model.change import Change
from comfydoctor.model.finding import Severity
from comfydoctor.model.incident import (
    Entry,
    EntryKind,
    Gravity,
    Incident,
    Notice,
    NoticeWish,
)
from comfydoctor.model.job import Job
from comfydoctor.store.incidents import IncidentFiles

SECONDS_TO_NEXT_WORD = {
    Gravity.CRITICAL: 1800,
    Gravity.HIGH: 3600,
    Gravity.MEDIUM: 4 * 3600,
    Gravity.LOW: 24 * 3600,
}
GRAVITY_OF = {
    Severity.CRITICAL: Gravity.CRITICAL,
    Severity.ERROR: Gravity.HIGH,
    Severity.WARNING: Gravity.MEDIUM,
    Severity.INFO: Gravity.LOW,
}


class Incidents:
    """Begins, writes and ends incidents; at most one is open on a server."""

    def __init__(
        self,
        patient: Patient,
        files: IncidentFiles,
        who: str,
        *,
        jobs: Callable[[], tuple[tuple[Job, ...], Iterable[Job]]],
        local_time: Callable[[float], str],
    ) -> None:
        self._patient = patient
        self._files = files
        self._who = who
        self._jobs = jobs
        self._local_time = local_time
        self.open: Incident | None = None
        """The one that is going on."""

    def take_up(self) -> None:
        """After a start: an incident that nobody ended goes on."""
        newest = self._files.list(self._patient.key, 1)
        if newest and newest[0].ended is None:
            self.open = newest[0]

    def begin(self, title: str, gravity: Gravity | None = None) -> Incident:
        """Begin one; what is found already stands in it from the first line."""
        if self.open is not None:
            raise UsageError(f"'{self.open.title}' is still open on this server.")
        findings = self._patient.findings()
        worst = max((f.severity for f in findings), default=Severity.WARNING)
        made = Incident(
            secrets.token_hex(8),
            title.strip() or "Something is wrong",
            self._patient.key,
            self._patient.clock(),
        )
        self._files.begin(made)
        self._files.set(made.id, gravity=(gravity or GRAVITY_OF[worst]).word)
        self.open = self._files.load(made.id)
        self._write(EntryKind.BEGAN, made.title)
        for finding in findings:
            said = f"{finding.title} ({finding.severity.word})"
            self._write(EntryKind.FOUND, said, cause=finding.cause, who="")
        return self._reload()

    def heard(self, change: Change) -> None:
        """Note what the Doctor announces; a full disk must not stop the watch."""
        if self.open is None:
            return
        entry = entry_of(change, self._patient.clock())
        if entry is not None:
            try:
                self._files.add(self.open.id, entry)
                self._reload()
            except StoreError:
                return

    def note(self, text: str, kind: EntryKind = EntryKind.NOTE) -> Incident:
        """Write down what a person says."""
        self._current()
        self._write(kind, text)
        return self._reload()

    def change(self, **values: str) -> Incident:
        """Change ``title``, ``gravity`` (its word), ``lead`` or ``communicator``."""
        self._files.set(self._current().id, **values)
        said = ", ".join(f"{name}: {value}" for name, value in values.items())
        self._write(EntryKind.CHANGED, said)
        return self._reload()

    def end(self, text: str = "") -> Incident:
        """It is over."""
        self._current()
        self._write(EntryKind.ENDED, text or "Over")
        ended, self.open = self._reload(), None
        return ended

    def reopen(self, incident_id: str) -> Incident:
        """It was not over after all."""
        if self.open is not None:
            raise UsageError(f"'{self.open.title}' is still open on this server.")
        self.open = self._files.load(incident_id)
        self._write(EntryKind.REOPENED, "Opened again")
        return self._reload()

    def kept(self, limit: int = 100) -> tuple[Incident, ...]:
        """All incidents of this server, newest first."""
        return self._files.list(self._patient.key, limit)

    async def notice(self, wish: NoticeWish, incident_id: str = "") -> Notice:
        """A notice filled from facts; what is not known is a gap, and named."""
        incident = self._files.load(incident_id) if incident_id else self._current()
        catalogue = await self._load()
        if wish.language not in catalogue.notices:
            there = ", ".join(catalogue.notices)
            raise UsageError(f"There are no texts in '{wish.language}', only {there}.")
        now = self._patient.clock()
        waiting, finished = self._jobs()
        following = now + SECONDS_TO_NEXT_WORD[incident.gravity]
        facts = facts_of(
            incident,
            {cause.id: cause.title for cause in catalogue.causes.values()},
            clock_time=self._local_time(incident.began),
            next_time=self._local_time(following),
            estimate=estimate(len(waiting), finished),
            impact=wish.impact,
            now=now,
        )
        return catalogue.notices[wish.language].fill(wish.audience, wish.stage, facts)

    async def _load(self) -> Catalogue:
        catalogue = await self._patient.catalogue()
        await asyncio.to_thread(lambda: (catalogue.notices, catalogue.causes))
        return catalogue

    def _current(self) -> Incident:
        if self.open is None:
            raise UsageError("No incident is open on this server.")
        return self.open

    def _write(
        self, kind: EntryKind, text: str, *, cause: str = "", who: str | None = None
    ) -> None:
        by = self._who if who is None else who
        entry = Entry(self._patient.clock(), kind, text, who=by, cause=cause)
        self._files.add(self._current().id, entry)

    def _reload(self) -> Incident:
        self.open = self._files.load(self._current().id)
        return self.open
