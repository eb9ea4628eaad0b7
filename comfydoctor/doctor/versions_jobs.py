"""The graph of a job or a picture: which workflow it belongs to, as a state to keep."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from comfydoctor.errors import NotAWorkflow
from comfydoctor.model.job import Job, QueueItem
from comfydoctor.model.version import Origin, Place, Run, Sighting, Version
from comfydoctor.store.versions import VersionStore
from comfydoctor.store.versions_codec import hash_of
from comfydoctor.store.versions_search import (
    run_of_job,
    with_content,
    with_fingerprint,
    with_graph,
)
from comfydoctor.workflow.jsontext import read_json
from comfydoctor.workflow.parse import parse
from comfydoctor.workflow.sighting import sight

NAMELESS = "Workflow without a name"


def normal(graph: object) -> bytes:
    """A graph as the browser writes it on one line: the same from job and picture."""
    text = json.dumps(graph, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


def graph_of(item: QueueItem) -> bytes:
    """What was drawn, where the job brought it along; else what was posted.

    Nothing else of ``extra_data`` is taken: it may hold keys of an account.
    """
    extra = json.loads(item.extra_data_json)
    info = extra.get("extra_pnginfo") if isinstance(extra, dict) else None
    drawn = info.get("workflow") if isinstance(info, dict) else None
    if isinstance(drawn, dict) and drawn.get("nodes"):
        return normal(drawn)
    return normal(json.loads(item.prompt_json))


def sight_graph(
    store: VersionStore,
    content: bytes,
    *,
    server: str,
    origin: Origin,
    time: float,
    name: str = "",
    detail: str = "",
) -> Sighting:
    """A state to keep, with the workflow it belongs to. Raises NotAWorkflow.

    A file of the same graph, by ComfyUI's own id or by its shape, takes it; else it
    is a workflow of its own, named after what the graph says.
    """
    bare = sight(Place("", ""), content, origin, time, detail)
    place = _known_place(store, bare, server) or _own_place(bare, server, name)
    return replace(bare, place=place)


def _known_place(store: VersionStore, bare: Sighting, server: str) -> Place | None:
    same = [v for v in with_content(store, [hash_of(bare.content)]) if v.place.path]
    if not same and bare.fingerprint:
        found = with_fingerprint(store, [bare.fingerprint])
        same = [v for v in found if v.place.path]
    if not same and bare.graph:
        same = list(with_graph(store, bare.graph, server))
    here = [version for version in same if version.place.server in {server, ""}]
    return here[0].place if here else None


def _own_place(bare: Sighting, server: str, name: str) -> Place:
    mark = bare.graph or _shape(bare.content)
    return Place(f"{server}|job|{mark}", name or NAMELESS, "", server)


def _shape(content: bytes) -> str:
    """The same for the same classes under the same ids."""
    nodes = sorted((node.id, node.type) for node in parse(content).nodes)
    return hashlib.sha256(json.dumps(nodes).encode()).hexdigest()[:16]


def run_of(job: Job, version: int, server: str) -> Run:
    """What came of a version with this job."""
    findings: tuple[str, ...] = ()
    if job.error is not None:
        findings = (f"{job.error.exception_type}: {job.error.message}"[:300],)
    return Run(
        server=server,
        job=job.id,
        version=version,
        state=job.state,
        started=job.started,
        ended=job.ended,
        findings=findings,
        outputs=job.outputs,
    )


def keep_once(store: VersionStore, sighting: Sighting) -> Version:
    """Keep a job's graph; one that its workflow had before is that version."""
    for version in with_content(store, [hash_of(sighting.content)]):
        if version.place.key == sighting.place.key:
            return version
    return store.keep(sighting)


def note_run(store: VersionStore, run: Run) -> None:
    """Keep what came of a version, once, and leave what the person said of it."""
    known = run_of_job(store, run.server, run.job)
    if known is not None:
        run = replace(run, rating=known.rating, version=known.version)
    if known != run:
        store.note_run(run)


def graph_in_picture(graphs: Mapping[str, str]) -> bytes:
    """The drawn graph of a picture's metadata, else the posted one."""
    for form in ("ui", "api"):
        if form in graphs:
            found: Any = read_json(graphs[form])
            return normal(found)
    raise NotAWorkflow("This file carries no workflow.")
