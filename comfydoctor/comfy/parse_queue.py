"""``GET /queue``: jobs with their whole payload, kept as exact JSON text."""

import math

from comfydoctor.comfy.parse_fields import line, mapping, name, number, sequence
from comfydoctor.comfy.parse_json import canonical
from comfydoctor.errors import Garbled
from comfydoctor.model.job import Queue, QueueItem

SECRET_KEYS = ("api_key_comfy_org", "auth_token_comfy_org")
"""``SENSITIVE_EXTRA_DATA_KEYS`` of ComfyUI; hidden by the server since 0.3.68."""


def parse_queue(value: object) -> Queue:
    """The queue in the order in which its jobs will run.

    ComfyUI sends its raw heap, so the waiting ones are sorted here; one whose number
    is NaN goes last. Raises Garbled when ``value`` is no queue at all.
    """
    answer = mapping(value)
    if "queue_running" not in answer or "queue_pending" not in answer:
        raise Garbled("The server's answer is not a queue.")
    running = _items(answer["queue_running"])
    pending = _items(answer["queue_pending"])
    return Queue(running, tuple(sorted(pending, key=_place)))


def workflow_name(extra_data: dict[str, object]) -> str:
    """Name of the workflow inside ``extra_pnginfo``, where its maker left one."""
    workflow = mapping(mapping(extra_data.get("extra_pnginfo")).get("workflow"))
    extra = mapping(workflow.get("extra"))
    for found in (
        workflow.get("name"),
        workflow.get("title"),
        mapping(extra.get("info")).get("name"),
        extra.get("workflow_name"),
        extra.get("name"),
    ):
        if text := line(found):
            return text
    return ""


def _place(item: QueueItem) -> float:
    return math.inf if math.isnan(item.number) else item.number


def _items(value: object) -> tuple[QueueItem, ...]:
    found = (_item(sequence(entry)) for entry in sequence(value))
    return tuple(item for item in found if item is not None)


def _item(entry: list[object]) -> QueueItem | None:
    """``[number, prompt_id, prompt, extra_data, outputs_to_execute]``."""
    if len(entry) < 4 or not name(entry[1]):
        return None
    place = number(entry[0])
    extra = mapping(entry[3])
    prompt_json, extra_json = canonical(entry[2]), canonical(entry[3])
    return QueueItem(
        number=math.nan if place is None else place,
        id=name(entry[1]),
        prompt_json=prompt_json,
        extra_data_json=extra_json,
        outputs=tuple(name(node) for node in sequence(entry[4] if entry[4:] else [])),
        client_id=name(extra.get("client_id")),
        workflow_name=workflow_name(extra),
        node_count=len(mapping(entry[2])),
        hides_secrets=any(extra.get(key) for key in SECRET_KEYS),
        poisoned=place is None or _is_poisoned(prompt_json + extra_json),
    )


def _is_poisoned(text: str) -> bool:
    """Whether NaN or Infinity stands outside the strings of a canonical text."""
    if "NaN" not in text and "Infinity" not in text:
        return False
    pieces = text.replace("\\\\", "").replace('\\"', "").split('"')
    return any("NaN" in piece or "Infinity" in piece for piece in pieces[::2])
