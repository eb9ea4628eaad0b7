"""The whole graphs of jobs that have ended."""

from comfydoctor.comfy.parse_json import load
from comfydoctor.comfy.parse_queue import parse_queue
from comfydoctor.comfy.routes import quoted
from comfydoctor.errors import NotApplicable
from comfydoctor.fixes.base import Care
from comfydoctor.model.job import QueueItem


async def ended_item(care: Care, job_id: str) -> QueueItem:
    """The job as it was queued. Raises NotApplicable when the server forgot it."""
    found = await _read(care, f"/history/{quoted(job_id)}", {})
    for item in found:
        if item.id == job_id:
            return item
    raise NotApplicable(
        "The server does not know this job any more.",
        advice="ComfyUI forgets its history at every restart.",
    )


async def known_item(care: Care, job_id: str) -> QueueItem:
    """A job by its id: as the history has it, else as it lies parked here.

    Raises NotApplicable when neither knows it.
    """
    try:
        return await ended_item(care, job_id)
    except NotApplicable:
        parked = await care.keep(care.parking.find, job_id)
        if parked is None:
            raise
    if not parked.runnable:
        raise NotApplicable(
            "A key inside its workflow was not kept; queue it again in ComfyUI."
        )
    return parked.item


async def newest_items(care: Care, most: int) -> tuple[QueueItem, ...]:
    """The last jobs that ended, as they were queued."""
    return await _read(care, "/history", {"max_items": most})


async def _read(care: Care, path: str, params: dict[str, int]) -> tuple[QueueItem, ...]:
    http = care.client.http
    answer = await http.get(path, params=params)
    if answer.status == 404:
        answer = await http.get(f"/api{path}", params=params)
    found = load(answer.body, http.limits, tolerant=True)
    entries = found.values() if isinstance(found, dict) else ()
    jobs = [entry.get("prompt") for entry in entries if isinstance(entry, dict)]
    # A history entry holds its job in the very form that /queue has.
    return parse_queue({"queue_running": jobs, "queue_pending": []}).running
