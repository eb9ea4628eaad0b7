"""Write a workflow anew so that this server can run it."""

import asyncio
import json
from pathlib import Path
from typing import Any

from comfydoctor.errors import NotApplicable, ServerError
from comfydoctor.fixes.base import Care
from comfydoctor.fixes.mending import KINDS, mended
from comfydoctor.fixes.rewriter import Edit, Rewriter, read
from comfydoctor.model.wish import Wish
from comfydoctor.workflow.classes import Classes

WORD = "mended"


class MendWorkflow(Rewriter):
    """The subject is a workflow's file; the new version lies beside it.

    Option ``only`` chooses ``values`` (the nearest valid one), ``models`` (one that
    is there) or ``nodes`` (the newer node that the server names), or several.
    """

    id = "mend-workflow"
    title = "Mend a workflow for this server"
    about = "Replaces values, models and nodes that this server lacks, in a new file."

    async def edit(self, care: Care, wish: Wish) -> Edit:
        only = tuple(wish.get("only", ",".join(KINDS)).replace(",", " ").split())
        if not only or set(only) - set(KINDS):
            raise NotApplicable("Say only=values, models or nodes, or several.")
        path = Path(wish.subject)
        if not wish.subject or not path.is_absolute():
            raise NotApplicable("Name the file of a workflow, with its whole path.")
        content = await asyncio.to_thread(read, path)
        if content is None:
            raise NotApplicable(f"{path} is not there.")
        document = _document(content)
        classes = Classes(await care.client.definitions())
        rules = await _rules(care)
        mends = await asyncio.to_thread(mended, document, classes, rules, only)
        if not mends:
            raise NotApplicable("Nothing in this workflow needs mending here.")
        after = _written(document, content)
        shown = "\n".join(mend.shown for mend in mends)
        place = await asyncio.to_thread(_beside, path, after)
        return Edit(place, None, after, shown)

    def heading(self, edit: Edit) -> str:
        return f"Write {edit.path.name}"

    def loss(self, edit: Edit) -> str:
        return (
            "Nothing: the workflow as it is stays. A value or model put in place of "
            "another can change the picture: look at the list."
        )


async def _rules(care: Care) -> dict[str, object]:
    try:
        return await care.client.node_replacements()
    except ServerError:
        return {}  # before 0.14 there are none


def _document(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise NotApplicable("This file is no JSON.") from error
    if not isinstance(found, dict):
        raise NotApplicable("This file holds no workflow that can be mended.")
    return found


def _written(document: dict[str, Any], like: bytes) -> bytes:
    """In the manner of the file: on one line, or indented."""
    indent = 2 if b"\n" in like.strip() else None
    return json.dumps(document, ensure_ascii=False, indent=indent).encode()


def _beside(path: Path, after: bytes) -> Path:
    """A name that is free; raises NotApplicable when this version is there already."""
    made, number = path.with_stem(f"{path.stem} ({WORD})"), 1
    while made.exists():
        if read(made) == after:
            raise NotApplicable(f"{made.name} is this version already.")
        number += 1
        made = path.with_stem(f"{path.stem} ({WORD} {number})")
    return made
