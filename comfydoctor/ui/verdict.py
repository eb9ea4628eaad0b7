"""One sentence on how a server is, from what is known of it."""

from typing import TYPE_CHECKING, NamedTuple

from comfydoctor.model.server import Connection, Reach
from comfydoctor.model.snapshot import Snapshot
from comfydoctor.ui.theme import Level
from comfydoctor.ui.words import ago, count, one_line

if TYPE_CHECKING:
    from comfydoctor.model.finding import Finding

WARNING = 2
"""`Severity.WARNING`, whose module the first paint does without."""


class Verdict(NamedTuple):
    """Level, a few words for the header, a sentence for the page, and what to do."""

    level: Level
    words: str
    sentence: str
    advice: str = ""


def verdict(snapshot: Snapshot, now: float) -> Verdict:
    """Connection first: without it nothing else is known for sure."""
    connection = snapshot.connection
    if connection.reach is Reach.CONNECTED:
        return _connected(snapshot)
    return _unheard(connection, snapshot, now)


def _unheard(connection: Connection, snapshot: Snapshot, now: float) -> Verdict:
    detail, advice = one_line(connection.detail), one_line(connection.advice, 300)
    since = ago(connection.since, now)
    name = one_line(snapshot.profile.name, 60)
    if connection.reach is Reach.CONNECTING:
        said = f"Connecting to {name}…"
        return Verdict(Level.UNKNOWN, "Connecting", said, detail)
    if connection.reach is Reach.SLOW:
        said = detail or "ComfyUI is open but has not answered for ten seconds."
        return Verdict(Level.WARNING, "Slow to answer", said, advice or WAIT)
    if connection.reach is Reach.DOWN:
        said = f"ComfyUI cannot be reached. Last known state, from {since}."
        if not since or snapshot.info is None:
            said = "ComfyUI cannot be reached."
        return Verdict(Level.ERROR, "Not reachable", said, advice or detail)
    if connection.reach is Reach.PROBLEM:
        said = detail or "Something answers, but we cannot work with it."
        return Verdict(Level.ERROR, "Cannot connect", said, advice)
    return Verdict(Level.UNKNOWN, "Not watching", f"{name} is not being watched.")


WAIT = "It may be busy loading a model. The last known state is shown below."


def _connected(snapshot: Snapshot) -> Verdict:
    open_ = [f for f in snapshot.findings if not f.harmless]
    bad = [f for f in open_ if f.severity >= WARNING]
    if bad:
        return _troubled(bad)
    said = "Everything works normally."
    if snapshot.running is not None:
        waiting = len(snapshot.pending)
        said += " A job is running"
        said += f", {count(waiting, 'more job')} waiting." if waiting else "."
    elif snapshot.queue_remaining == 0:
        said += " Nothing is waiting."
    return Verdict(Level.OK, "Working normally", said)


def _troubled(bad: "list[Finding]") -> Verdict:
    worst = min(bad, key=weight)
    said = one_line(worst.title).rstrip(".") + "."
    others = len(bad) - 1
    if others:
        said += f" And {count(others, 'more problem')}."
    advice = first_sentence(worst.explanation)
    words = count(len(bad), "problem")
    return Verdict(Level[worst.severity.name], words, said, advice)


def weight(finding: "Finding") -> tuple[int, float]:
    """Sorts the worst first; of equal ones the newest, which is what is felt now."""
    return -finding.severity, -(finding.since or 0.0)


def first_sentence(text: str) -> str:
    """The beginning of an explanation; the whole of it stands on the card."""
    said = one_line(text, 300)
    first, stop, _ = said.partition(". ")
    return first + stop.rstrip()
