"""Every kept state of every workflow: added, found, read back, never changed."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from comfydoctor.errors import Damaged, ReadOnly, StoreError
from comfydoctor.model.version import Run, Sighting, StoreFigures, Version
from comfydoctor.store import versions_index as index
from comfydoctor.store.database import Database
from comfydoctor.store.schema import VERSIONS
from comfydoctor.store.versions_codec import LARGEST, Codec, Packed, hash_of
from comfydoctor.store.versions_shelf import Record, Shelf, Spot

BATCH = 200


class VersionStore:
    """The files of one profile, for any thread; one process writes.

    What a call has kept survives a power cut, and a crash at any moment loses
    nothing that was kept before: the files hold everything, the database is a list
    over them and is made again when it is lost.
    """

    def __init__(
        self,
        folder: Path,
        *,
        writer: bool = True,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.clock = clock
        self.shelf = Shelf(folder / "kept")
        self.database = Database(folder / "versions.db", VERSIONS, writer=writer)
        self._codec = Codec()
        self._turn = threading.RLock()
        self._next = 0
        self._catch_up()

    @property
    def read_only(self) -> str:
        """Why nothing may be kept, empty when it may."""
        return self.database.read_only

    def close(self) -> None:
        """Close every file."""
        with self._turn:
            self.shelf.close()
            self.database.close()

    # Keeping.

    def keep(self, sighting: Sighting) -> Version:
        """Keep a state, unless it is what its workflow's newest version is.

        Raises ReadOnly, DiskFull or another StoreError, and then it is not kept.
        """
        return self.keep_all([sighting])[0]

    def keep_all(self, sightings: Iterable[Sighting]) -> list[Version]:
        """Keep many, with one wait for the disk for every `BATCH` of them."""
        kept: list[int] = []
        waiting: list[Sighting] = []
        for sighting in sightings:
            waiting.append(sighting)
            if len(waiting) >= BATCH:
                kept += self._keep_batch(waiting)
                waiting = []
        kept += self._keep_batch(waiting)
        return [self.version(number) for number in kept]

    def note_run(self, run: Run) -> None:
        """Keep what came of a version; a later word on the same job replaces it."""
        self.add_records([(index.run_header(run), b"")])

    def mark(
        self,
        number: int,
        *,
        name: str | None = None,
        note: str | None = None,
        starred: bool | None = None,
        pinned: bool | None = None,
    ) -> Version:
        """Say something about a version; None leaves it as it is."""
        with self._turn:  # so that two words at once do not undo one another
            was = self.version(number)
            header = {
                "kind": index.MARK,
                "id": number,
                "name": was.name if name is None else name[:200],
                "note": was.note if note is None else note[:10_000],
                "starred": was.starred if starred is None else starred,
                "pinned": was.pinned if pinned is None else pinned,
            }
            self.add_records([(header, b"")])
            return self.version(number)

    def add_records(self, records: Sequence[tuple[dict[str, Any], bytes]]) -> None:
        """Append records to the files, then list them."""
        if self.database.read_only:
            raise ReadOnly(self.database.read_only)
        with self._turn:
            if not records:
                return
            spots = self.shelf.append(list(records))
            self._list(spots, records)

    # Reading.

    def version(self, number: int) -> Version:
        """One version. Raises StoreError when there is none of that number."""
        rows = self.database.read(
            f"SELECT {index.COLUMNS} FROM {index.JOINED} WHERE v.id = ?",  # noqa: S608 - our own words
            (number,),
        )
        if not rows:
            raise StoreError(
                f"There is no version {number}.",
                advice="`comfydoctor versions list` names them.",
            )
        return index.read_version(rows[0])

    def content(self, name: str) -> bytes:
        """The exact bytes of a version's ``content``. Raises Damaged."""
        with self._turn:
            at = self._content(name)
            whole = self.content(at.base) if at.base else b""
            record = self.shelf.read(Spot(at.file, at.at))
        return self._codec.unpack(name, Packed(record.data, at.base), whole)

    def has(self, name: str) -> bool:
        """Whether a content is kept."""
        return bool(self.database.read(_HAS, (name,)))

    def figures(self) -> StoreFigures:
        """How much is kept."""
        ((workflows, versions, plain, contents),) = self.database.read(
            "SELECT (SELECT count(*) FROM workflow), count(*), coalesce(sum(size), 0),"
            " (SELECT count(*) FROM content) FROM version WHERE removed IS NULL"
        )
        disk = sum(self.shelf.files().values())
        path = self.database.path
        if path is not None and path.exists():
            disk += path.stat().st_size
        return StoreFigures(workflows, versions, contents, disk, plain)

    def verify(self, on_step: Callable[[int, int], None] | None = None) -> list[str]:
        """Read everything back; returns a sentence for every content that is damaged.

        ``on_step`` is called with how many were read, of how many.
        """
        names = [row[0] for row in self.database.read("SELECT hash FROM content")]
        damage = []
        for count, name in enumerate(names, start=1):
            try:
                self.content(name)
            except StoreError as error:
                damage.append(f"{error} {self._used_by(name)}")
            if on_step is not None and (count % BATCH == 0 or count == len(names)):
                on_step(count, len(names))
        return damage

    # The inside.

    def _keep_batch(self, sightings: list[Sighting]) -> list[int]:
        if not sightings:
            return []
        if self.database.read_only:
            raise ReadOnly(self.database.read_only)
        with self._turn:
            batch = _Batch(self)
            numbers = [batch.add(sighting) for sighting in sightings]
            self.add_records(batch.records)
            return numbers

    def newest(self, key: str) -> tuple[int, str, str] | None:
        """Number and content of a workflow's newest version, and its last whole."""
        rows = self.database.read(_NEWEST, (key,))
        if not rows:
            return None
        number, content, base = rows[0]
        return number, content, base or content

    def base_of(self, name: str) -> str:
        """The content that a kept one was packed against, empty when none."""
        return self._content(name).base

    def knows_words(self, name: str) -> bool:
        """Whether a wording is listed."""
        return bool(self.database.read("SELECT 1 FROM wording WHERE hash=?", (name,)))

    def next_number(self) -> int:
        """The number of the version that is kept next."""
        if not self._next:
            ((highest,),) = self.database.read("SELECT max(id) FROM version")
            self._next = int(highest or 0) + 1
        self._next += 1
        return self._next - 1

    def pack(self, name: str, content: bytes, base: str, whole: bytes) -> Packed:
        """Compress, and see that it can be read again."""
        packed = self._codec.pack(content, base, whole)
        self._codec.unpack(name, packed, whole)
        return packed

    def _content(self, name: str) -> index.Content:
        rows = self.database.read(
            "SELECT base, file, at FROM content WHERE hash = ?", (name,)
        )
        if not rows:
            raise Damaged(f"The kept content {name[:12]} is not there.")
        return index.Content(*rows[0])

    def _used_by(self, name: str) -> str:
        rows = self.database.read(
            "SELECT id FROM version WHERE content = ? LIMIT 5", (name,)
        )
        numbers = ", ".join(str(row[0]) for row in rows)
        return f"It belongs to version {numbers}." if numbers else ""

    def _list(
        self, spots: list[Spot], records: Sequence[tuple[dict[str, Any], bytes]]
    ) -> None:
        """List what was appended; where that fails, the next opening does it."""
        pairs = zip(spots, records, strict=True)
        made = [self.shelf.read(spot) for spot, _ in pairs]
        self.database.write(lambda c: index.take(c, made), durable=False)

    def _catch_up(self) -> None:
        """List what the files hold and the list does not; go on where it is clean."""
        if self.database.read_only:
            return
        listed: dict[int, int] = dict(
            self.database.read("SELECT file, listed FROM shelf")
        )
        for number, size in self.shelf.files().items():
            end = int(listed.get(number, 0))
            if size > end:
                for batch in _batches(self.shelf.scan(number, end)):
                    self._list_batch(batch)
                    end = batch[-1].end
            if end == size:
                self.shelf.go_on(number)

    def _list_batch(self, batch: list[Record]) -> None:
        self.database.write(lambda c: index.take(c, batch), durable=False)


class _Batch:
    """Records of several sightings, before any of them is on the disk."""

    def __init__(self, store: VersionStore) -> None:
        self._store = store
        self.records: list[tuple[dict[str, Any], bytes]] = []
        self._newest: dict[str, tuple[int, str, str]] = {}
        self._new: dict[str, bytes] = {}
        self._wholes: dict[str, str] = {}
        self._words: set[str] = set()

    def add(self, sighting: Sighting) -> int:
        """Number of the version that holds it, a new one or the newest."""
        if len(sighting.content) > LARGEST:
            raise StoreError(f"“{sighting.place.name}” is larger than 64 MB.")
        key, name = sighting.place.key, hash_of(sighting.content)
        newest = self._newest.get(key) or self._store.newest(key)
        if newest is not None and newest[1] == name:
            return newest[0]
        packed = self._pack(name, sighting.content, newest[2] if newest else "")
        number = self._store.next_number()
        self.records.append((self._header(number, name, packed, sighting), packed.data))
        self._new[name] = sighting.content
        whole = packed.base or (name if packed.data else self._whole_of(name))
        self._newest[key] = (number, name, whole)
        self._wholes[name] = whole
        return number

    def _whole_of(self, name: str) -> str:
        """The content that a kept one was packed against, or itself."""
        return self._wholes.get(name) or self._store.base_of(name) or name

    def _pack(self, name: str, content: bytes, base: str) -> Packed:
        """Nothing at all for a content that is kept already."""
        if name in self._new or self._store.has(name):
            return Packed(b"", "")
        whole = self._new.get(base) or (self._store.content(base) if base else b"")
        return self._store.pack(name, content, base, whole)

    def _header(
        self, number: int, name: str, packed: Packed, sighting: Sighting
    ) -> dict[str, Any]:
        words = index.words_hash(sighting.words)
        header = {
            "kind": index.VERSION,
            "id": number,
            "content": name,
            "base": packed.base,
            "place": asdict(sighting.place),
            "time": sighting.time,
            "origin": sighting.origin.value,
            "detail": sighting.detail,
            "form": sighting.form,
            "graph": sighting.graph,
            "fingerprint": sighting.fingerprint,
            "nodes": sighting.nodes,
            "size": len(sighting.content),
            "words": words,
        }
        if words not in self._words and not self._store.knows_words(words):
            self._words.add(words)
            header["text"] = sighting.words
        return header


_HAS = "SELECT 1 FROM content WHERE hash = ?"
_NEWEST = """SELECT v.id, v.content, c.base FROM version v
    JOIN workflow w ON w.id = v.workflow LEFT JOIN content c ON c.hash = v.content
    WHERE w.key = ? ORDER BY v.id DESC LIMIT 1"""


def _batches(records: Iterator[Record]) -> Iterator[list[Record]]:
    batch: list[Record] = []
    for record in records:
        batch.append(record)
        if len(batch) >= 20 * BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
