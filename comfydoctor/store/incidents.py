"""Incidents as files of lines: append-only, so a crash at any moment loses nothing."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from comfydoctor.model.incident import Entry, EntryKind, Gravity, Incident
from comfydoctor.store.lines import LineFiles, number
from comfydoctor.store.redact import redact_text

_KINDS = {kind.value: kind for kind in EntryKind}
_GRAVITIES = {gravity.word: gravity for gravity in Gravity}


class IncidentFiles:
    """The incidents of one profile. Without a folder nothing is kept."""

    def __init__(self, folder: Path | None) -> None:
        self._files = LineFiles(folder, "incident")

    def begin(self, incident: Incident) -> None:
        """Keep a new incident. Raises StoreError when that cannot be written."""
        head = {"title": incident.title, "server": incident.server}
        self._files.begin(incident.id, head | {"began": incident.began})

    def add(self, incident_id: str, entry: Entry) -> None:
        """Add an entry; secrets in it do not reach the disk."""
        self._files.append(
            incident_id,
            {
                "time": entry.time,
                "kind": entry.kind.value,
                "text": redact_text(entry.text),
                "detail": redact_text(entry.detail),
                "who": entry.who,
                "cause": entry.cause,
            },
        )

    def set(self, incident_id: str, **values: str) -> None:
        """Keep a changed ``gravity``, ``lead``, ``communicator`` or ``title``."""
        self._files.append(incident_id, {"set": values})

    def load(self, incident_id: str) -> Incident:
        """One incident. Raises StoreError when it is not there or not ours."""
        head, *lines = self._files.load(incident_id)
        incident = Incident(
            incident_id,
            str(head.get("title", "")),
            str(head.get("server", "")),
            number(head.get("began")),
        )
        for line in lines:
            incident = _with(incident, line)
        return incident

    def list(self, server: str = "", limit: int = 100) -> tuple[Incident, ...]:
        """The newest incidents, newest first; unreadable ones are left out."""
        found = [self.load(name) for name in self._files.readable()]
        mine = [incident for incident in found if server in {"", incident.server}]
        return tuple(sorted(mine, key=lambda one: -one.began)[:limit])


def _with(incident: Incident, line: dict[str, Any]) -> Incident:
    """The incident after one more line of its file."""
    changes = line.get("set")
    if isinstance(changes, dict):
        return _changed(incident, changes)
    kind = _KINDS.get(str(line.get("kind")))
    if kind is None:
        return incident
    texts = {n: str(line.get(n, "")) for n in ("text", "detail", "who", "cause")}
    entry = Entry(number(line.get("time")), kind, **texts)
    ended = incident.ended
    if kind is EntryKind.ENDED:
        ended = entry.time
    elif kind is EntryKind.REOPENED:
        ended = None
    return replace(incident, ended=ended, entries=(*incident.entries, entry))


def _changed(incident: Incident, changes: dict[str, Any]) -> Incident:
    def known(name: str, before: str) -> str:
        return str(changes.get(name, before))

    return replace(
        incident,
        title=known("title", incident.title),
        lead=known("lead", incident.lead),
        communicator=known("communicator", incident.communicator),
        gravity=_GRAVITIES.get(str(changes.get("gravity")), incident.gravity),
    )
