"""What was seen in model files, kept by path, size and time."""

import dataclasses
import json
from typing import Any

from comfydoctor.errors import StoreError
from comfydoctor.model.modelfile import ModelFile, ModelFormat, ModelKind
from comfydoctor.store.database import Database

_BATCH = 500
_FIELDS = {field.name for field in dataclasses.fields(ModelFile)}


class ModelCache:
    """Rows are read at once, which is faster than asking for each of thousands.

    ``maker`` is the program's version and content: what an older one saw is looked at
    again. A cache that cannot be written only costs time.
    """

    def __init__(self, database: Database, maker: str) -> None:
        self._database = database
        self._maker = maker
        self._rows: dict[str, tuple[int, int, str]] = {}
        self._new: list[tuple[str, int, int, str, str]] = []
        self._read()

    def get(self, path: str, size: int, modified: int, folder: str) -> ModelFile | None:
        """What is known of the file as it is now."""
        row = self._rows.get(path)
        if row is None or row[:2] != (size, modified):
            return None
        model = _model(row[2])
        return model if model is not None and model.folder == folder else None

    def add(self, model: ModelFile, modified: int) -> None:
        """Remember; written by `keep`, or when there are many."""
        if model.size is None or not _storable(model.path):
            return
        body = _body(model)
        self._rows[model.path] = (model.size, modified, body)
        self._new.append((model.path, model.size, modified, self._maker, body))
        if len(self._new) >= _BATCH:
            self.keep()

    def keep(self) -> None:
        """Write what is new."""
        new, self._new = self._new, []
        if not new or self._database.read_only:
            return
        sql = "INSERT OR REPLACE INTO model VALUES (?, ?, ?, ?, ?)"
        try:
            self._database.write(lambda c: c.executemany(sql, new), durable=False)
        except StoreError:
            return

    def _read(self) -> None:
        sql = "SELECT path, size, modified, body FROM model WHERE maker = ?"
        try:
            rows = self._database.read(sql, (self._maker,))
        except StoreError:
            rows = []
        self._rows = {row[0]: (row[1], row[2], row[3]) for row in rows}


def _storable(path: str) -> bool:
    """A name that is no valid text cannot be a key; such a file is looked at anew."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def _body(model: ModelFile) -> str:
    told = dataclasses.asdict(model)
    told["format"], told["kind"] = model.format.value, model.kind.value
    return json.dumps(told, ensure_ascii=True)


def _model(body: str) -> ModelFile | None:
    """The file as it was seen; None where the row is not ours."""
    try:
        told: dict[str, Any] = json.loads(body)
        told["format"], told["kind"] = (
            ModelFormat(told["format"]),
            ModelKind(told["kind"]),
        )
        told["calls"], told["notes"] = tuple(told["calls"]), tuple(told["notes"])
        return ModelFile(**{key: told[key] for key in _FIELDS})
    except (ValueError, KeyError, TypeError):
        return None
