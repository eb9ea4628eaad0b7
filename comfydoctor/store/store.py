"""Everything we keep, opened together."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from comfydoctor.errors import StoreError
from comfydoctor.model.fix import EntryState, JournalEntry
from comfydoctor.store import atomic
from comfydoctor.store.audit import Audit
from comfydoctor.store.database import Database
from comfydoctor.store.jobs import Jobs
from comfydoctor.store.journal import KEPT_SECONDS, Journal
from comfydoctor.store.lock import InstanceLock
from comfydoctor.store.parking import Parked, Parking
from comfydoctor.store.paths import Paths
from comfydoctor.store.samples import Samples
from comfydoctor.store.schema import RECORDS, SAMPLES
from comfydoctor.store.versions import VersionStore


@dataclass
class Store:
    """One profile's files. Never fails to open: see ``notices`` and ``read_only``."""

    paths: Paths
    records: Database
    readings: Database
    journal: Journal
    audit: Audit
    parking: Parking
    notices: tuple[str, ...]
    """Sentences for the person: what was damaged, restored, cannot be written."""
    _lock: InstanceLock
    _versions: VersionStore | None = None
    _opening: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def open(
        cls,
        paths: Paths,
        *,
        write: bool = True,
        clock: Callable[[], float] = time.time,
    ) -> "Store":
        """Open, mend and tidy up; of two instances the second only reads.

        Without ``write`` it only reads in any case, and is in nobody's way.
        """
        lock = InstanceLock(paths.lock)
        if write:
            lock.acquire()
        writer = write and not lock.busy
        records = Database(
            paths.records, RECORDS, writer=writer, backups=paths.backups, clock=clock
        )
        readings = Database(paths.samples, SAMPLES, writer=writer, clock=clock)
        store = cls(
            paths=paths,
            records=records,
            readings=readings,
            journal=Journal(records, clock=clock),
            audit=Audit(records, paths.data / "audit.head", clock=clock),
            parking=Parking(paths.parked, clock=clock),
            notices=(),
            _lock=lock,
        )
        if not store.read_only:
            store._tidy(clock())
        store.notices = (*records.notices, *readings.notices)
        return store

    @property
    def read_only(self) -> str:
        """Why nothing may be written, empty when it may."""
        return self.records.read_only

    def samples(self, scope: str) -> Samples:
        """Readings of a server (its key), or of this computer (empty)."""
        return Samples(self.readings, scope)

    def jobs(self, server: str) -> Jobs:
        """Finished jobs of a server, by its key."""
        return Jobs(self.records, server)

    def versions(self) -> VersionStore:
        """The kept states of workflows; opening them takes a moment."""
        with self._opening:
            if self._versions is None:
                self._versions = VersionStore(
                    self.paths.versions, writer=not self.read_only
                )
            return self._versions

    def close(self) -> None:
        """Keep a good copy when one is due, then close everything."""
        try:
            if self.records.copy_due():
                self.records.keep_copy()
        except StoreError:
            pass  # a full disk must not keep the program from ending
        finally:
            self.records.close()
            self.readings.close()
            if self._versions is not None:
                self._versions.close()
            self._lock.release()

    def _tidy(self, now: float) -> None:
        for folder in (self.paths.config, self.paths.data, self.paths.parked):
            atomic.sweep(folder, now)
        try:
            if any("damaged" in notice for notice in self.records.notices):
                self.audit.append(
                    who="",
                    server="",
                    action="records restored",
                    detail=" ".join(self.records.notices),
                )
            elif self.records.copy_due():
                self.records.keep_copy()
            for entry_id in self.journal.prune():
                self.parking.drop(entry_id)
            self._adopt_parked()
        except (StoreError, OSError) as error:
            self.records.notices.append(str(error))

    def _adopt_parked(self) -> None:
        """Parked jobs outlive a lost journal: their files bring the entry back."""
        known = {entry.id for entry in self.journal.entries(limit=100_000)}
        for entry_id in self.parking.entries():
            if entry_id in known:
                continue
            try:
                parked = self.parking.load(entry_id)
            except StoreError as error:
                self.records.notices.append(str(error))
            else:
                self.journal.add(_entry_of(parked))


def _entry_of(parked: Parked) -> JournalEntry:
    return JournalEntry(
        id=parked.entry,
        time=parked.time,
        fix=parked.fix,
        title=parked.title,
        server=parked.server,
        state=EntryState.UNKNOWN,
        said="Found again from its file; the journal had lost it.",
        undo=f"Puts {len(parked.items)} jobs back.",
        expires=parked.time + KEPT_SECONDS,
    )
