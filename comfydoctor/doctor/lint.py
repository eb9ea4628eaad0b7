"""A workflow from a file or a picture, checked against a server."""

import asyncio
from dataclasses import dataclass, replace
from pathlib import Path

from comfydoctor.comfy.client import Client
from comfydoctor.comfy.definitions import Definitions
from comfydoctor.diagnosis.modelfolder import trouble_with
from comfydoctor.errors import NotAWorkflow, ServerError, UsageError
from comfydoctor.model.finding import Severity
from comfydoctor.model.lint import LintFinding, Need
from comfydoctor.model.modelfile import ModelFile
from comfydoctor.model.workflow import Embedded, Workflow
from comfydoctor.workflow.case import Files
from comfydoctor.workflow.classes import Classes
from comfydoctor.workflow.embedded import graphs_in, is_media
from comfydoctor.workflow.jsontext import MOST_BYTES, read_json
from comfydoctor.workflow.lint import lint
from comfydoctor.workflow.parse import parse
from comfydoctor.workflow.requirements import requirements

_HEAD = 64


@dataclass(frozen=True)
class LintReport:
    """What was checked and what was found, worst first."""

    workflow: Workflow
    findings: tuple[LintFinding, ...] = ()
    needs: tuple[Need, ...] = ()
    where: str = ""
    """Which piece of a picture's metadata held the graph; empty for a file of it."""

    @property
    def worst(self) -> Severity | None:
        """Of all findings; None when there are none."""
        return max((finding.severity for finding in self.findings), default=None)

    @property
    def headline(self) -> str:
        """One sentence for people."""
        count = len(self.workflow.sent)
        nodes = "1 node" if count == 1 else f"{count} nodes"
        errors = sum(f.severity >= Severity.ERROR for f in self.findings)
        if errors:
            things = "1 thing" if errors == 1 else f"{errors} things"
            return f"This server would refuse it: {things} in {nodes}."
        if self.worst is Severity.WARNING:
            return f"This server would take it ({nodes}), but look at this first."
        return f"This server would take it: {nodes} in order."


def open_workflow(source: bytes | Path) -> tuple[Workflow, str]:
    """The workflow in a file or its bytes, and where in a picture it was.

    Of a picture with both forms, the one that ran: its values have their names. The
    other one tells which packs its nodes come from. Of a film only the metadata is
    read. Raises NotAWorkflow.
    """
    if not is_media(_head(source)):
        return parse(_whole(source)), ""
    graphs = graphs_in(source)
    if not graphs:
        raise NotAWorkflow(
            "There is no ComfyUI workflow in this file's metadata.",
            advice="Messengers, web sites and editors remove it; ask for the original.",
        )
    return _with_hints(graphs), graphs[0].where


def _head(source: bytes | Path) -> bytes:
    if isinstance(source, bytes):
        return source[:_HEAD]
    try:
        with source.open("rb") as file:
            return file.read(_HEAD)
    except OSError as error:
        raise _unread(source, error) from error


def _whole(source: bytes | Path) -> bytes:
    if isinstance(source, bytes):
        return source
    try:
        if source.stat().st_size > MOST_BYTES:
            raise NotAWorkflow(f"{source.name} is larger than a workflow can be.")
        return source.read_bytes()
    except OSError as error:
        raise _unread(source, error) from error


def _unread(path: Path, error: OSError) -> UsageError:
    return UsageError(f"{path.name} cannot be read: {error.strerror}.")


def document_in(path: Path) -> dict[str, object] | None:
    """The graph in a picture's or film's metadata; None where it has none."""
    if not is_media(_head(path)):
        return None
    graphs = graphs_in(path)
    found = read_json(graphs[0].text) if graphs else None
    return found if isinstance(found, dict) else None


def check_workflow(source: bytes | Path, object_info: bytes) -> LintReport:
    """Check a file or its bytes against the body of ``GET /object_info``."""
    workflow, where = open_workflow(source)
    return report_on(workflow, Classes(Definitions.from_bytes(object_info)), where)


def report_on(
    workflow: Workflow,
    classes: Classes,
    where: str = "",
    files: Files | None = None,
) -> LintReport:
    """Check a workflow that was read."""
    found = lint(workflow, classes, files)
    return LintReport(workflow, found, requirements(workflow, classes), where)


async def check_live(client: Client, source: bytes | Path) -> LintReport:
    """Check a file or its bytes against a server; nothing is posted.

    Sizes of the models that it uses are looked at, where the server tells them.
    """
    workflow, where = await asyncio.to_thread(open_workflow, source)
    body = await client.object_info_bytes()
    classes = Classes(await asyncio.to_thread(Definitions.from_bytes, body))
    needs = await asyncio.to_thread(requirements, workflow, classes)
    folders = {need.folder for need in needs if need.kind == "model" and need.here}
    files = {folder: await _files(client, folder) for folder in sorted(folders)}
    return await asyncio.to_thread(report_on, workflow, classes, where, files)


async def _files(client: Client, folder: str) -> tuple[ModelFile, ...]:
    """The files of one folder with what their sizes say; none on an old server."""
    try:
        listed = await client.model_files(folder) if folder else None
    except ServerError:
        return ()  # a proxy before it lets less through
    return tuple(
        ModelFile(
            path=file.name,
            name=file.name,
            folder=folder,
            size=file.size,
            problem=f"It {words}" if (words := trouble_with(folder, file.size)) else "",
            examined=False,
        )
        for file in listed or ()
    )


def _with_hints(graphs: tuple[Embedded, ...]) -> Workflow:
    workflow = parse(graphs[0].text)
    drawn = next((g for g in graphs if g.form == "ui"), None)
    if drawn is None or not workflow.is_api:
        return workflow
    try:
        hints = parse(drawn.text).by_id
    except NotAWorkflow:
        return workflow
    nodes = tuple(
        node._replace(pack=hint.pack, models=hint.models)
        if (hint := hints.get(node.id)) is not None
        else node
        for node in workflow.nodes
    )
    return replace(workflow, nodes=nodes)
