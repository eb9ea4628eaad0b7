"""Whether an old version still fits today's server, told before it is put back."""

from comfydoctor.comfy.definitions import Definitions
from comfydoctor.errors import NotAWorkflow, ServerError
from comfydoctor.fixes.base import Care
from comfydoctor.fixes.words import listed
from comfydoctor.workflow.parse import parse

SHOWN = 5


async def what_is_missing(care: Care, content: bytes) -> str:
    """``Nothing``, the node classes that the server lacks, or why it is not known."""
    try:
        body = await care.client.object_info_bytes()
        definitions = await care.keep(Definitions.from_bytes, body)
        wanted = await care.keep(parse, content)
    except ServerError:
        return "Not known: the server does not answer."
    except NotAWorkflow:
        return "Not known: that version is no workflow we can read."
    classes = dict.fromkeys(node.type for node in wanted.sent)
    missing = [name for name in classes if name not in definitions]
    return f"Nodes: {listed(missing, SHOWN)}" if missing else "Nothing"
