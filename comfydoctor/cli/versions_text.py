"""Kept versions in words for a terminal."""

import time
from collections.abc import Iterable

from comfydoctor.cli.output import Printer
from comfydoctor.model.difference import WorkflowDiff
from comfydoctor.model.job import JobState
from comfydoctor.model.version import Dated, KeptWorkflow, StoreFigures, Version

SIGNS = {
    JobState.SUCCEEDED: "●",
    JobState.FAILED: "■",
    JobState.INTERRUPTED: "▲",
}
NO_RUN = "·"


def when(moment: float | None) -> str:
    """Local date and time."""
    if moment is None:
        return "not known"
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(moment))


def signs(states: Iterable[JobState]) -> str:
    """One sign for each outcome, oldest first."""
    return "".join(SIGNS.get(state, NO_RUN) for state in states)


def print_workflows(
    workflows: Iterable[KeptWorkflow], figures: StoreFigures, printer: Printer
) -> None:
    """One line each, the newest first."""
    for each in workflows:
        good = f"last good: version {each.good}" if each.good else "no good run known"
        printer.line(
            f"{each.id:>5}  {when(each.newest)}  {each.versions:>5} versions  "
            f"{signs(each.outcomes):<12}  {each.place.name}  ({good})"
        )
    printer.line(
        f"{figures.versions} versions of {figures.workflows} workflows in "
        f"{figures.disk / 2**20:.1f} MB (● ran well, ■ failed, ▲ stopped)."
    )


def print_timeline(
    workflow: KeptWorkflow, dated: Iterable[Dated], printer: Printer
) -> None:
    """One line a version; those that differ in seeds only stand behind the others."""
    printer.line(f"{workflow.place.name}, {workflow.versions} versions")
    for each in dated:
        version = each.version
        good = " ← last good" if version.id == workflow.good else ""
        same = "seeds or layout only" if each.seeds_only else f"{version.nodes} nodes"
        marks = ("★" if version.starred else "") + ("⚲" if version.pinned else "")
        text = " ".join(t for t in (marks, version.name, version.note[:40]) if t)
        runs = signs(run.state for run in each.runs[-12:]) or NO_RUN
        printer.line(
            f"{version.id:>7}  {when(version.time)}  {runs:<12}  {same:<20}  "
            f"{version.origin.value}  {text}{good}".rstrip()
        )


def print_version(version: Version, printer: Printer) -> None:
    """Two lines."""
    marks = " ".join(
        text
        for text in (
            "★" if version.starred else "",
            "pinned" if version.pinned else "",
            version.name,
            version.note,
        )
        if text
    )
    printer.line(f"{version.id}  {version.place.name}, {when(version.time)}  {marks}")
    printer.line(
        f"    {version.origin.value}, {version.form} form, {version.nodes} nodes, "
        f"{version.size:,} bytes, {version.content[:12]}"
    )


def print_diff(
    before: str, after: str, diff: WorkflowDiff, printer: Printer, *, folded: bool
) -> None:
    """In words."""
    printer.line(f"From {before} to {after}: {diff.summary}.")
    for line in diff.lines(folded=folded):
        printer.line(f"  {line}")
