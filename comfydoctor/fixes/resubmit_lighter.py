"""Queue a job again with less to compute."""

import json

from comfydoctor.errors import NotApplicable
from comfydoctor.fixes.base import Care
from comfydoctor.fixes.graphs import known_item
from comfydoctor.fixes.lighter import TILES, Graph, lighten, usual
from comfydoctor.fixes.resubmit_job import ResubmitJob, last_unlucky
from comfydoctor.model.fix import Plan
from comfydoctor.model.job import QueueItem
from comfydoctor.model.wish import Wish


class ResubmitLighter(ResubmitJob):
    """Options ``batch``, ``tiled_vae``, ``size``, ``frames``, ``steps``.

    Without one: one picture at a time and decoding in tiles, which cost no quality;
    where that changes nothing, three quarters of the size. The job and its workflow
    stay as they are: only the new job is lighter.
    """

    id = "resubmit-lighter"
    title = "Queue a job again, lighter"
    about = "Queues a job that ran out of memory again: fewer at once, tiles, smaller."
    heading = "Queue again, lighter:"
    step = "Queue the lighter graph as a new job; the old one stays as it was."

    async def plan(self, care: Care, target: str = "") -> Plan:
        wish = Wish.read(target)
        job_id = wish.subject or await last_unlucky(care)
        options = wish.options
        if not options:
            item = await known_item(care, job_id)
            tiles = await care.client.object_info_class("VAEDecodeTiled")
            options = usual(_graph(item), tiles=tiles is not None)
        return await super().plan(care, Wish(job_id, options).write())

    def reshape(self, item: QueueItem, wish: Wish) -> tuple[str, str]:
        lighter, edits = lighten(_graph(item), wish.options)
        shown = "\n".join(edit.difference for edit in edits)
        return json.dumps(lighter, ensure_ascii=False), shown

    async def check(self, care: Care, prompt_json: str) -> None:
        """A node that takes another's place must be there."""
        used = {node.get("class_type") for node in json.loads(prompt_json).values()}
        for twin, _ in TILES.values():
            if twin in used and await care.client.object_info_class(twin) is None:
                raise NotApplicable(f"This server has no node {twin}.")


def _graph(item: QueueItem) -> Graph:
    graph = json.loads(item.prompt_json)
    if not isinstance(graph, dict):
        raise NotApplicable("This job's graph cannot be read.")
    return graph
