"""Jobs taken out of a queue, kept as files until they are put back."""

import json
import math
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from comfydoctor.errors import Damaged, StoreError
from comfydoctor.model.job import QueueItem
from comfydoctor.store.atomic import write_text
from comfydoctor.store.redact import MARK, strip_secrets

FORMAT = 1
_SAFE = re.compile(r"[A-Za-z0-9-]{1,64}\Z")


@dataclass(frozen=True)
class ParkedItem:
    """One job, and what was taken out of it before it was written."""

    item: QueueItem
    removed: tuple[str, ...] = ()
    """Places of secrets that are gone, ``graph`` or ``extra_data`` first."""

    @property
    def runnable(self) -> bool:
        """Whether the graph itself is whole, so that it may be queued again."""
        return not any(place.startswith("graph.") for place in self.removed)


@dataclass(frozen=True)
class Parked:
    """The jobs of one action, in the order of the queue."""

    entry: str
    """Journal entry, and the file's name."""
    time: float
    server: str
    fix: str
    title: str
    items: tuple[ParkedItem, ...]


class Parking:
    """Secrets never reach the disk; while this process lives they are remembered."""

    def __init__(
        self, folder: Path | None, *, clock: Callable[[], float] = time.time
    ) -> None:
        self._folder = folder
        self._clock = clock
        self._whole: dict[str, dict[str, QueueItem]] = {}

    def park(
        self,
        entry: str,
        items: Iterable[QueueItem],
        *,
        server: str,
        fix: str,
        title: str,
    ) -> Parked:
        """Write the jobs; on return the file survives a power cut.

        Raises StoreError, and then nothing may be taken out of the queue.
        """
        whole = tuple(items)
        parked = Parked(
            entry=entry,
            time=self._clock(),
            server=server,
            fix=fix,
            title=title,
            items=tuple(_stripped(item) for item in whole),
        )
        write_text(self._path(entry), _written(parked))
        self._whole[entry] = {item.id: item for item in whole}
        return self.load(entry)

    def add(self, entry: str, items: Iterable[QueueItem]) -> Parked:
        """Keep more jobs with an action; durable on return, or StoreError."""
        parked, whole = self.load(entry), tuple(items)
        known = {p.item.id for p in parked.items}
        more = tuple(_stripped(item) for item in whole if item.id not in known)
        bare = tuple(_stripped(p.item) if not p.removed else p for p in parked.items)
        write_text(self._path(entry), _written(replace(parked, items=bare + more)))
        self._whole.setdefault(entry, {}).update({i.id: i for i in whole})
        return self.load(entry)

    def find(self, job_id: str) -> ParkedItem | None:
        """A job wherever it is parked, the newest copy."""
        found: list[tuple[float, ParkedItem]] = []
        for entry in self.entries():
            try:
                parked = self.load(entry)
            except StoreError:
                continue
            found += [(parked.time, p) for p in parked.items if p.item.id == job_id]
        return max(found, key=lambda pair: pair[0])[1] if found else None

    def load(self, entry: str) -> Parked:
        """The parked jobs, with their secrets where this process still knows them.

        Raises StoreError when there is no such file and Damaged when it is broken.
        """
        path = self._path(entry)
        try:
            text = path.read_text("utf-8")
        except OSError as error:
            raise StoreError(f"The parked jobs of {entry} are not there.") from error
        except UnicodeDecodeError as error:
            raise Damaged(f"The file {path.name} is damaged.") from error
        parked = _read(text, path.name)
        whole = self._whole.get(entry, {})
        items = (
            ParkedItem(whole[p.item.id]) if p.item.id in whole else p
            for p in parked.items
        )
        return replace(parked, items=tuple(items))

    def has(self, entry: str) -> bool:
        """Whether jobs were parked by this action."""
        return self._path(entry).is_file()

    def entries(self) -> tuple[str, ...]:
        """Every action with parked jobs."""
        if self._folder is None:
            return ()
        return tuple(sorted(p.stem for p in self._folder.glob("*.json")))

    def drop(self, entry: str) -> None:
        """Forget the jobs of an action whose time is over."""
        self._path(entry).unlink(missing_ok=True)
        self._whole.pop(entry, None)

    def _path(self, entry: str) -> Path:
        if self._folder is None:
            raise StoreError("There is no folder to keep jobs in.")
        if not _SAFE.match(entry):
            raise StoreError("This is no name of an action.")
        return self._folder / f"{entry}.json"


def _stripped(item: QueueItem) -> ParkedItem:
    """The item as it may lie on disk; texts without a secret stay as they were."""
    document = {
        "graph": json.loads(item.prompt_json),
        "extra_data": json.loads(item.extra_data_json),
    }
    clean, removed = strip_secrets(document)
    places = tuple(found.place for found in removed)
    if not places or not isinstance(clean, dict):
        return ParkedItem(item)
    touched = replace(
        item,
        prompt_json=_text(clean["graph"], item.prompt_json, "graph.", places),
        extra_data_json=_text(
            _without_marks(clean["extra_data"]),
            item.extra_data_json,
            "extra_data.",
            places,
        ),
    )
    return ParkedItem(touched, places)


def _without_marks(extra_data: object) -> object:
    """Without the account's fields: a mark sent as a key would be taken for one."""
    if not isinstance(extra_data, dict):
        return extra_data
    return {name: value for name, value in extra_data.items() if value != MARK}


def _text(clean: object, whole: str, prefix: str, places: tuple[str, ...]) -> str:
    if any(place.startswith(prefix) for place in places):
        return json.dumps(clean, ensure_ascii=False, separators=(",", ":"))
    return whole


def _written(parked: Parked) -> str:
    body = asdict(parked) | {
        "format": FORMAT,
        "items": [
            asdict(p.item)
            | {"removed": p.removed}
            | ({"number": None} if not math.isfinite(p.item.number) else {})
            for p in parked.items
        ],
    }
    return json.dumps(body, ensure_ascii=True, indent=1, allow_nan=False)


def _read(text: str, name: str) -> Parked:
    try:
        body: dict[str, Any] = json.loads(text)
        if body.pop("format") != FORMAT:
            raise Damaged(f"The file {name} was written by a newer ComfyDoctor.")
        items = tuple(_read_item(item) for item in body.pop("items"))
        return Parked(**body, items=items)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Damaged(f"The file {name} is damaged.") from error


def _read_item(body: dict[str, Any]) -> ParkedItem:
    removed = tuple(body.pop("removed"))
    body["outputs"] = tuple(body["outputs"])
    if body["number"] is None:
        body["number"] = math.nan
    return ParkedItem(QueueItem(**body), removed)
