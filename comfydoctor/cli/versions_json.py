"""The documented JSON of kept versions, schema 1."""

from collections.abc import Iterable

from comfydoctor.model.difference import WorkflowDiff
from comfydoctor.model.version import KeptWorkflow, Match, Run, Version


def workflow_json(workflow: KeptWorkflow) -> dict[str, object]:
    """One workflow of the list."""
    return {
        "id": workflow.id,
        "name": workflow.place.name,
        "path": workflow.place.path or None,
        "server": workflow.place.server or None,
        "versions": workflow.versions,
        "newest": workflow.newest,
        "outcomes": [state.value for state in workflow.outcomes],
        "last_good": workflow.good,
    }


def version_json(
    version: Version, runs: Iterable[Run] | None = None
) -> dict[str, object]:
    """One version; ``runs`` only where they were asked for."""
    said: dict[str, object] = {
        "id": version.id,
        "workflow": version.place.name,
        "workflow_id": version.workflow,
        "path": version.place.path or None,
        "server": version.place.server or None,
        "time": version.time,
        "origin": version.origin.value,
        "detail": version.detail or None,
        "form": version.form,
        "sha256": version.content,
        "fingerprint": version.fingerprint or None,
        "nodes": version.nodes,
        "bytes": version.size,
        "name": version.name or None,
        "note": version.note or None,
        "starred": version.starred,
        "pinned": version.pinned,
    }
    if runs is not None:
        said["runs"] = [run_json(run) for run in runs]
    return said


def run_json(run: Run) -> dict[str, object]:
    """What came of a version once."""
    return {
        "job": run.job,
        "state": run.state.value,
        "ended": run.ended,
        "seconds": run.seconds,
        "findings": list(run.findings),
        "outputs": [out.filename for out in run.outputs],
        "rating": run.rating.name.lower(),
    }


def match_json(match: Match) -> dict[str, object]:
    """A version a picture may come from."""
    return {"how": match.how, "version": version_json(match.version)}


def diff_json(before: str, after: str, diff: WorkflowDiff) -> dict[str, object]:
    """Every difference, the folded ones marked."""
    return {
        "schema": 1,
        "before": before,
        "after": after,
        "summary": diff.summary,
        "nodes": list(diff.nodes),
        "differences": [
            {
                "kind": each.kind.value,
                "node": each.node,
                "label": each.label,
                "input": each.input or None,
                "before": each.before,
                "after": each.after,
                "words": each.words,
                "folded": each.kind.is_folded,
            }
            for each in diff.differences
        ],
    }
