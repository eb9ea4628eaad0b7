"""The whole graph of a job that has ended."""

from comfydoctor.comfy.parse_json import load
from comfydoctor.comfy.parse_queue import parse_queue
from comfydoctor.comfy.routes import quoted
from comfydoctor.errors import NotApplicable
from comfydoctor.fixes.base import Care
from comfydoctor.model.job import QueueItem


async def ended_item(care: Care, job_id: str) -> QueueItem:
    """The job as it was queued. Raises NotApplicable when the server forgot it."""
    http = care.client.http
    answer = await http.get(f"/history/{quoted(job_id)}")
    if answer.status == 404:
        answer = await http.get(f"/api/history/{quoted(job_id)}")
    found = load(answer.body, http.limits, tolerant=True)
    entry = found.get(job_id) if isinstance(found, dict) else None
    item = entry.get("prompt") if isinstance(entry, dict) else None
    # A history entry holds its job in the very form that /queue has.
    queue = parse_queue({"queue_running": [], "queue_pending": [item]})
    if not queue.pending:
        raise NotApplicable(
            "The server does not know this job any more.",
            advice="ComfyUI forgets its history at every restart.",
        )
    return queue.pending[0]
