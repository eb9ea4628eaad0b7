"""A state of a workflow with all that it is found and compared by."""

from collections.abc import Iterator, Mapping

from comfydoctor.errors import NotAWorkflow
from comfydoctor.model.version import Origin, Place, Sighting
from comfydoctor.model.workflow import Node, Workflow
from comfydoctor.workflow.fingerprint import fingerprint
from comfydoctor.workflow.parse import parse

MOST_WORDS = 8000
MOST_TEXT = 400
"""Characters of one value that it can be found by."""


def sight(
    place: Place, content: bytes, origin: Origin, time: float, detail: str = ""
) -> Sighting:
    """Read a state. Raises NotAWorkflow: an empty or half written file is none."""
    return _sighting(place, content, origin, time, detail, parse(content))


def sight_any(
    place: Place, content: bytes, origin: Origin, time: float, detail: str = ""
) -> Sighting:
    """The same for what is about to be replaced, workflow or not: nothing is lost."""
    try:
        return sight(place, content, origin, time, detail)
    except NotAWorkflow:
        return Sighting(place, content, origin, time, detail, form="unreadable")


def _sighting(
    place: Place,
    content: bytes,
    origin: Origin,
    time: float,
    detail: str,
    read: Workflow,
) -> Sighting:
    return Sighting(
        place=place,
        content=content,
        origin=origin,
        time=time,
        detail=detail,
        form=read.form,
        graph=read.id,
        fingerprint=fingerprint(read),
        nodes=len(read.nodes),
        words=words_of(read),
    )


def words_of(workflow: Workflow) -> str:
    """Classes, titles, texts and names of models, each once."""
    found: dict[str, None] = {}
    length = 0
    for node in workflow.nodes:
        for text in _texts(node):
            if text not in found:
                found[text] = None
                length += len(text) + 1
        if length > MOST_WORDS:
            break
    return "\n".join(found)[:MOST_WORDS]


def _texts(node: Node) -> Iterator[str]:
    yield node.type
    if node.title:
        yield node.title
    told = node.widgets
    widgets = told.values() if isinstance(told, Mapping) else told
    for value in (*node.inputs.values(), *widgets):
        if isinstance(value, str) and value:
            yield value[:MOST_TEXT]
