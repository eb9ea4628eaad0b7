"""Any file somebody drops: a log, workflow, picture, model, bundle, a whole folder."""

import asyncio
from collections.abc import Iterable
from pathlib import Path

from comfydoctor.assets.header import examine_file
from comfydoctor.assets.scan import is_model_name
from comfydoctor.comfy.client import Client
from comfydoctor.diagnosis.explain import Explainer
from comfydoctor.diagnosis.findings import finding_of
from comfydoctor.diagnosis.signatures import Matcher
from comfydoctor.doctor.deathbed import examine_folder
from comfydoctor.doctor.lint import LintReport, check_live, open_workflow
from comfydoctor.errors import NotAWorkflow, ServerError, UsageError
from comfydoctor.incidents.bundle import is_bundle, read_bundle
from comfydoctor.model.finding import Confidence, Evidence, Finding, FixRef, Severity
from comfydoctor.model.lint import LintFinding
from comfydoctor.model.modelfile import ModelFile
from comfydoctor.model.trace import Trace, TraceKind
from comfydoctor.workflow.embedded import is_media

HEAD = 64
LARGEST_WORKFLOW = 64 << 20
LARGEST_MEDIA = 4 << 30
"""Only the metadata of pictures and films is read."""


async def trace(path: Path, matcher: Matcher, client: Client | None = None) -> Trace:
    """What a file or folder means; a workflow is checked against the server, if any.

    Raises UsageError when it cannot be read, and says why.
    """
    head, size = await asyncio.to_thread(_peek, path)
    if head is None:
        return await _folder(path, matcher)
    if is_bundle(path):
        return await asyncio.to_thread(_bundle, path, matcher)
    if is_model_name(path.name):
        return await asyncio.to_thread(_model, path, matcher)
    graph = is_media(head) or _may_be_json(head)
    if graph and size <= (LARGEST_MEDIA if is_media(head) else LARGEST_WORKFLOW):
        found = await _workflow(path, client)
        if found is not None or is_media(head):
            return found or _no_graph(path)
    return await asyncio.to_thread(_log, path, matcher)


def _peek(path: Path) -> tuple[bytes | None, int]:
    """The first bytes and the size; None for a folder."""
    try:
        if path.is_dir():
            return None, 0
        with path.open("rb") as file:
            return file.read(HEAD), path.stat().st_size
    except OSError as error:
        raise UsageError(f"{path.name} cannot be read: {error.strerror}.") from error


def is_log(path: Path) -> bool:
    """Whether a file is none of the other kinds, so that it is read as a text."""
    try:
        head, _ = _peek(path)
    except UsageError:
        return True
    other = head is None or is_media(head) or _may_be_json(head)
    return not (other or is_bundle(path) or is_model_name(path.name))


def _may_be_json(head: bytes) -> bool:
    return head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{"


async def _folder(path: Path, matcher: Matcher) -> Trace:
    report = await examine_folder(path, matcher)
    found = tuple(report.findings)
    return Trace(path.name, TraceKind.INSTALLATION, _counted(found), found)


def _bundle(path: Path, matcher: Matcher) -> Trace:
    """What was open when it was made goes before what its log tells."""
    dossier = read_bundle(path)
    explained = Explainer(matcher).text("\n".join(dossier.log)).findings
    known = [finding for finding in dossier.findings if not finding.harmless]
    keys = {finding.key for finding in known}
    found = (*known, *(f for f in explained if f.key not in keys))
    return Trace(path.name, TraceKind.BUNDLE, _counted(found), found)


def _log(path: Path, matcher: Matcher) -> Trace:
    found = Explainer(matcher).file(path).findings
    return Trace(path.name, TraceKind.LOG, _counted(found), found)


def _counted(found: Iterable[Finding]) -> str:
    count = sum(1 for _ in found)
    if not count:
        return "Not known: no cause that ComfyDoctor knows shows in it."
    return f"{count} causes were found." if count > 1 else "One cause was found."


# Models.


def _model(path: Path, matcher: Matcher) -> Trace:
    file = examine_file(path)
    found = tuple(_model_findings(file, matcher))
    return Trace(path.name, TraceKind.MODEL, file.problem or _words(file), found)


def _words(file: ModelFile) -> str:
    kind = file.kind.value.capitalize()
    family = file.family or "family not known"
    whole = {True: "whole", False: "damaged", None: "not known whether whole"}
    return f"{kind}, {family}, {whole[file.whole]}."


def _model_findings(file: ModelFile, matcher: Matcher) -> Iterable[Finding]:
    seen = [Evidence(f"file:{file.name}", file.problem or _words(file))]
    values = {"file": file.name, "calls": ", ".join(file.calls[:3])}
    for cause, applies in (
        ("model-file-runs-code", bool(file.calls)),
        ("model-file-corrupt-or-incomplete", file.whole is False),
    ):
        if applies:
            yield finding_of(
                cause,
                matcher.catalogue,
                seen,
                confidence=Confidence.CERTAIN,
                subject=file.name,
                values=values,
            )


# Workflows.


async def _workflow(path: Path, client: Client | None) -> Trace | None:
    """None when there is no graph in it."""
    try:
        workflow, _ = await asyncio.to_thread(open_workflow, path)
    except NotAWorkflow:
        return None
    nodes = f"{len(workflow.sent)} nodes"
    if client is None:
        said = f"A workflow of {nodes}. Open a server to check it against that."
        return Trace(path.name, TraceKind.WORKFLOW, said)
    try:
        report = await check_live(client, path)
    except ServerError as error:
        said = f"A workflow of {nodes}. It could not be checked: {error}"
        return Trace(path.name, TraceKind.WORKFLOW, said)
    return Trace(path.name, TraceKind.WORKFLOW, report.headline, _linted(report))


def _linted(report: LintReport) -> tuple[Finding, ...]:
    return tuple(_finding(one) for one in report.findings)


def _finding(one: LintFinding) -> Finding:
    places = f"Node {', '.join(one.nodes or (one.node_id,))}" if one.node_id else ""
    where = ", ".join(filter(None, (places, one.input)))
    fixes = (FixRef("", one.suggestion),) if one.suggestion else ()
    return Finding(
        key=f"lint:{one.key}",
        cause=one.cause or one.rule,
        title=one.title,
        severity=one.severity,
        confidence=Confidence.CERTAIN,
        explanation=one.detail,
        evidence=(Evidence("workflow", where),) if where else (),
        fixes=fixes,
        subject=one.subject,
        harmless=one.severity is Severity.INFO,
    )


def _no_graph(path: Path) -> Trace:
    said = (
        "There is no ComfyUI workflow in this file. Messengers, web sites and editors "
        "remove it; ask for the original."
    )
    return Trace(path.name, TraceKind.WORKFLOW, said)
