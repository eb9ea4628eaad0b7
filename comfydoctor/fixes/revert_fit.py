"""Whether an old version still fits today's server, told before it is put back."""

from dataclasses import dataclass

from comfydoctor.errors import NotAWorkflow, ServerError
from comfydoctor.fixes.base import Care
from comfydoctor.fixes.words import listed
from comfydoctor.model.finding import Severity
from comfydoctor.workflow.classes import Classes
from comfydoctor.workflow.lint import lint
from comfydoctor.workflow.parse import parse

SHOWN = 5


@dataclass(frozen=True)
class Today:
    """What the server has now."""

    classes: Classes | None
    why: str = ""
    """Why that is not known."""


async def todays(care: Care) -> Today:
    """The server's node classes; it is held up for a moment by that."""
    try:
        return Today(Classes(await care.client.definitions()))
    except ServerError:
        return Today(None, "Not known: the server does not answer.")


async def does_it_fit(care: Care, today: Today, content: bytes) -> str:
    """Yes, or what the server would refuse: nodes and models it lacks, wrong values."""
    if today.classes is None:
        return today.why
    return await care.keep(_refused, content, today.classes)


def _refused(content: bytes, classes: Classes) -> str:
    try:
        found = lint(parse(content), classes)
    except NotAWorkflow:
        return "Not known: that version is no workflow we can read."
    errors = [each.title for each in found if each.severity >= Severity.ERROR]
    return f"No: {listed(errors, SHOWN)}" if errors else "Yes"
