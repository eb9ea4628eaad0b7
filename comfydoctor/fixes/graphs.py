"""The whole graphs of jobs that have ended."""

import asyncio
import json
from pathlib import Path

from comfydoctor.comfy.parse_json import load
from comfydoctor.comfy.parse_queue import parse_queue
from comfydoctor.comfy.routes import quoted
from comfydoctor.errors import NotApplicable, NotAWorkflow
from comfydoctor.fixes.base import Care
from comfydoctor.model.job import QueueItem
from comfydoctor.workflow.convert import prompt_json, to_api
from comfydoctor.workflow.embedded import graphs_in
from comfydoctor.workflow.parse import parse


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

    A path names a file on this computer that ComfyUI made, and the job that made it.
    Raises NotApplicable when none of these knows it.
    """
    if Path(job_id).is_absolute():
        return await _made_it(care, Path(job_id))
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


async def _made_it(care: Care, path: Path) -> QueueItem:
    """The job whose graph lies in the metadata of an output."""
    try:
        found = await asyncio.to_thread(graphs_in, path)
    except NotAWorkflow as error:
        raise NotApplicable(str(error), advice=error.advice) from error
    if not found:
        raise NotApplicable(
            f"{path.name} holds no graph.",
            advice="ComfyUI leaves it out with --disable-metadata, other programs "
            "remove it when they save a picture.",
        )
    workflow = parse(found[0].text)
    if not workflow.is_api:
        workflow = to_api(workflow, await care.client.definitions())
    drawn = next((one.text for one in found if one.form == "ui"), "")
    info = {"workflow": json.loads(drawn)} if drawn else {}
    return QueueItem(
        number=0.0,
        id=str(path),
        prompt_json=prompt_json(workflow),
        extra_data_json=json.dumps({"extra_pnginfo": info} if info else {}),
        workflow_name=path.name,
        node_count=len(workflow.nodes),
    )
