"""Handing jobs to another server, and finding them there by a mark."""

import json
from dataclasses import replace

from comfydoctor.comfy.client import Client
from comfydoctor.comfy.parse_prompt import PromptRefused
from comfydoctor.comfy.parse_queue import SECRET_KEYS
from comfydoctor.errors import ServerError
from comfydoctor.fixes.base import Care
from comfydoctor.fixes.graphs import newest_items
from comfydoctor.fixes.putback import DOUBT_SECONDS
from comfydoctor.fixes.resubmit_job import MARKER
from comfydoctor.model.fix import Plan
from comfydoctor.model.job import QueueItem

ORIGIN = "comfydoctor_job"
"""Key in ``extra_data`` with the id that a job had on the server it came from."""
LOOK_BACK = 100


async def send(care: Care, plan: Plan, there: Client, item: QueueItem) -> None:
    """Send once; a refusal is kept, a doubt is looked up by its mark later."""
    extra = {k: v for k, v in marks(item).items() if k not in SECRET_KEYS}
    extra.pop("create_time", None)
    await care.keep(care.journal.attempt, plan.id, _there(item.id))
    try:
        await there.submit(
            json.loads(item.prompt_json),
            client_id=item.client_id,
            extra_data=extra | {MARKER: plan.id, ORIGIN: item.id},
        )
    except PromptRefused as error:
        await care.keep(care.journal.forget_attempt, plan.id, _there(item.id))
        refused = care.journal.kept(plan.id, "refused") or {}
        await care.keep(
            care.journal.keep, plan.id, "refused", refused | {item.id: str(error)}
        )
    except ServerError:
        await there.queue_remaining()  # ends the loop when nobody is there


async def waiting_at(care: Care, entry_id: str, to: str) -> int:
    """How many jobs of an action wait there."""
    async with care.elsewhere(to) as there:
        waiting = (await there.queue()).pending
    return sum(marks(item).get(MARKER) == entry_id for item in waiting)


async def take_back(care: Care, entry_id: str, there: Client) -> None:
    """Take out what waits there; what was seen there is in no doubt any more."""
    waiting = (await there.queue()).pending
    ours = [item for item in waiting if marks(item).get(MARKER) == entry_id]
    for item in ours:
        origin = _there(str(marks(item).get(ORIGIN)))
        await care.keep(care.journal.forget_attempt, entry_id, origin)
    if ours:
        await there.delete_queued([item.id for item in ours])


async def arrived_at(care: Care, entry_id: str, to: str) -> dict[str, str]:
    """Old ids of the jobs seen there, with their new ones."""
    async with care.elsewhere(to) as there:
        queue = await there.queue()
        ended = await newest_items(replace(care, client=there), LOOK_BACK)
    every = (*queue.pending, *queue.running, *ended)
    ours = [item for item in every if marks(item).get(MARKER) == entry_id]
    return {str(marks(item).get(ORIGIN)): item.id for item in ours}


def ids_of(care: Care, entry_id: str) -> set[str]:
    """The jobs that an action sent, by the ids they had here."""
    return {p.item.id for p in care.parking.load(entry_id).items}


def is_doubtful(care: Care, entry_id: str, job: str) -> bool:
    """Whether a job was sent so lately that it may still arrive."""
    sent = care.journal.attempts(entry_id).get(_there(job), -1e12)
    return abs(care.clock() - sent) < DOUBT_SECONDS


def _there(job: str) -> str:
    return f"there:{job}"


def marks(item: QueueItem) -> dict[str, object]:
    """What a job carries beside its graph, our marks among it."""
    found = json.loads(item.extra_data_json)
    return found if isinstance(found, dict) else {}
