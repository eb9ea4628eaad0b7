"""Taking jobs out of a queue without losing one, and putting them back exactly.

Two waiting entries with one id and number kill ComfyUI's worker (contract 0.5), so
an id is never sent while it may be there already: queue and history are looked up
first, each sending is noted before it happens, and after a doubt a minute passes.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace

from comfydoctor.comfy.parse_prompt import PromptRefused
from comfydoctor.comfy.parse_queue import SECRET_KEYS
from comfydoctor.errors import Rejected, ServerError
from comfydoctor.fixes.base import Care, Step, Verdict, done, not_done, unknown
from comfydoctor.fixes.words import counted, job_name, listed
from comfydoctor.model.fix import Plan
from comfydoctor.model.job import QueueItem
from comfydoctor.store.parking import ParkedItem

_AS_BEFORE: Mapping[str, float] = {}
DOUBT_SECONDS = 60.0
"""A request is done or lost by then, even when ComfyUI's event loop stalled."""


async def park(care: Care, plan: Plan, items: Iterable[QueueItem]) -> None:
    """Write jobs to disk; when it raises, nothing may be taken out."""
    await care.keep(
        care.parking.park,
        plan.id,
        tuple(items),
        server=plan.server,
        fix=plan.fix,
        title=plan.title,
    )


async def take_out(care: Care, items: Collection[QueueItem]) -> None:
    """Drop exactly these waiting jobs; what was queued since stays.

    While twins wait (one id and number twice) each request drops one job and then
    answers 500; so after a 500 every job gets its own. The look afterwards tells
    what is left.
    """
    ids = [item.id for item in items]
    if len(set(ids)) == len(ids):
        try:
            await care.client.delete_queued(ids)
        except Rejected:
            pass
        else:
            return
    for job_id in ids:
        with suppress(Rejected):
            await care.client.delete_queued([job_id])


@dataclass(frozen=True)
class Whereabouts:
    """Where parked jobs are now."""

    items: tuple[ParkedItem, ...]
    waiting: dict[str, QueueItem]
    running: frozenset[str]
    ended: frozenset[str]
    strangers: int = field(default=0)
    """Jobs in the queue that are not among them."""

    @property
    def present(self) -> frozenset[str]:
        """Ids that the server has, in whatever state."""
        return frozenset(self.waiting) | self.running | self.ended

    @property
    def missing(self) -> tuple[ParkedItem, ...]:
        """Those that are nowhere on the server."""
        return tuple(p for p in self.items if p.item.id not in self.present)


async def find(care: Care, entry_id: str) -> Whereabouts:
    """Look for the parked jobs of an action in queue and history."""
    parked = await care.keep(care.parking.load, entry_id)
    queue = await care.client.queue()
    ids = {p.item.id for p in parked.items}
    waiting = {item.id: item for item in queue.pending if item.id in ids}
    running = frozenset(item.id for item in queue.running if item.id in ids)
    ended = frozenset(
        [
            job_id
            for job_id in ids - set(waiting) - running
            if await care.client.history_entry(job_id) is not None
        ]
    )
    strangers = sum(item.id not in ids for item in queue.running + queue.pending)
    return Whereabouts(parked.items, waiting, running, ended, strangers)


async def put_back(
    care: Care,
    entry_id: str,
    step: Step,
    *,
    index: int = 0,
    without: Collection[str] = (),
    numbers: Mapping[str, float] = _AS_BEFORE,
) -> None:
    """Queue the parked jobs again that the server does not have.

    ``numbers`` gives some of them another place. Refusals are kept in the journal for
    `check_back`; raises ServerError when the server can no longer be asked.
    """
    where = await find(care, entry_id)
    sent = care.journal.attempts(entry_id)
    refused: dict[str, str] = {}
    wanted = _unique(p for p in where.missing if p.item.id not in without)
    for number, parked in enumerate(wanted, start=1):
        step(index, f"Puts back {number} of {len(wanted)}.")
        if obstacle(parked) or _doubtful(care, sent, parked.item.id):
            continue
        item = parked.item
        placed = replace(item, number=numbers.get(item.id, item.number))
        if said := await _send(care, entry_id, placed):
            refused[item.id] = said
    await care.keep(care.journal.keep, entry_id, "refused", refused)


async def _send(care: Care, entry_id: str, item: QueueItem) -> str:
    """Send one job once; returns why it was refused, or empty."""
    await care.keep(care.journal.attempt, entry_id, item.id)
    try:
        await care.client.put_back(item)
    except PromptRefused as error:
        await care.keep(care.journal.forget_attempt, entry_id, item.id)
        return str(error)
    except ServerError:
        # It may be queued all the same (a 500 does that), so it is not sent again;
        # asking whether anybody is there ends the loop when nobody is.
        await care.client.queue_remaining()
    return ""


async def take_back_out(care: Care, entry_id: str, items: Iterable[QueueItem]) -> None:
    """Take jobs out that were seen waiting: what was sent of them is in no doubt."""
    seen = tuple(items)
    for item in seen:
        await care.keep(care.journal.forget_attempt, entry_id, item.id)
    if seen:
        await take_out(care, seen)


def obstacle(parked: ParkedItem) -> str:
    """Why a job cannot be put back by us, or empty."""
    if parked.item.poisoned:
        return "it holds a number that is none (NaN), which makes /queue unreadable"
    if not parked.runnable:
        return "a key inside its workflow was not kept; queue it again in ComfyUI"
    return ""


async def check_back(
    care: Care,
    entry_id: str,
    *,
    without: Collection[str] = (),
    numbers: Mapping[str, float] = _AS_BEFORE,
) -> Verdict:
    """Look whether the parked jobs are back as they were, or as ``numbers`` say."""
    where = await find(care, entry_id)
    wanted = [p for p in where.items if p.item.id not in without]
    missing = [p for p in where.missing if p.item.id not in without]
    back = len({p.item.id for p in wanted}) - len({p.item.id for p in missing})
    said = f"{back} of {counted(len({p.item.id for p in wanted}), 'job')} on the server"
    notes = _notes(where, wanted)
    sent = care.journal.attempts(entry_id)
    doubtful = [p for p in missing if _doubtful(care, sent, p.item.id)]
    if doubtful:
        names = listed(job_name(p.item) for p in doubtful)
        return unknown(
            f"{said}; of {names} it is not known. Try again in a minute.", notes
        )
    if missing:
        reasons = _reasons(care, entry_id, missing)
        return not_done(f"{said}; the others stay parked.", f"{reasons}\n{notes}")
    changed = _changed(where, wanted, numbers)
    if changed:
        return not_done(f"{said}, but not as they were: {changed}.", notes)
    return done(f"{said}, with their ids, order and content.", notes)


def _notes(where: Whereabouts, wanted: list[ParkedItem]) -> str:
    notes = []
    if already := [p for p in wanted if p.item.id in where.ended | where.running]:
        notes.append(
            f"{counted(len(already), 'job')} of them started or ended already."
        )
    if keyless := [p for p in wanted if p.removed and p.runnable]:
        names = listed(job_name(p.item) for p in keyless)
        notes.append(
            "Without the account key, which is never kept on disk: "
            f"{names}. Paid partner nodes in them will ask for a login."
        )
    return " ".join(notes)


def _changed(
    where: Whereabouts, wanted: list[ParkedItem], numbers: Mapping[str, float]
) -> str:
    """What differs of the waiting ones, in words."""
    for parked in wanted:
        found = where.waiting.get(parked.item.id)
        if found is None:
            continue
        if found.number != numbers.get(found.id, parked.item.number):
            return f"{job_name(found)} has another place"
        if json.loads(found.prompt_json) != json.loads(parked.item.prompt_json):
            return f"{job_name(found)} has another content"
        if set(found.outputs) != set(parked.item.outputs):
            return f"{job_name(found)} makes other outputs"
        if _lasting(found) != _lasting(parked.item):
            return f"{job_name(found)} has other data beside its graph"
    return ""


def _lasting(item: QueueItem) -> dict[str, object]:
    """``extra_data`` without what every server sets or hides by itself."""
    extra = json.loads(item.extra_data_json)
    passing = {"create_time", *SECRET_KEYS}
    return {name: value for name, value in extra.items() if name not in passing}


def _reasons(care: Care, entry_id: str, missing: list[ParkedItem]) -> str:
    refused = care.journal.kept(entry_id, "refused") or {}
    reasons = []
    for parked in missing:
        why = obstacle(parked) or refused.get(parked.item.id) or "it was not put back"
        reasons.append(f"{job_name(parked.item)}: {why}.")
    return "\n".join(reasons[:20])


def _doubtful(care: Care, sent: dict[str, float], job_id: str) -> bool:
    return abs(care.clock() - sent.get(job_id, -1e12)) < DOUBT_SECONDS


def _unique(items: Iterable[ParkedItem]) -> list[ParkedItem]:
    """Each id once: somebody may have queued twins."""
    return list({p.item.id: p for p in items}.values())
