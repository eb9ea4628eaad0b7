"""A job that failed or was refused -> what caused it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from comfydoctor.comfy.text import clean
from comfydoctor.diagnosis.events import ErrorBlock, Facts, Line, Reading
from comfydoctor.diagnosis.findings import finding_of
from comfydoctor.diagnosis.reading import read_lines
from comfydoctor.diagnosis.signatures import Matcher
from comfydoctor.model.finding import Confidence, Evidence, Finding
from comfydoctor.model.job import Job, JobError, NodeProblem

UNKNOWN_ERROR = "unknown-node-error"
REFUSED = "workflow-refused"
_MOST_FRAMES = 60
_PACK = re.compile(r"custom_nodes[\\/]([^\\/\s\"']+?)(?:\.py)?(?:[\\/.]|$)")


def findings_of_job(
    job: Job, matcher: Matcher, facts: Facts | None = None
) -> tuple[Finding, ...]:
    """What made a job fail, most telling first; never nothing for a failed one."""
    if job.error is None:
        return ()
    reading = reading_of_error(job.error, facts)
    found = matcher.findings(reading, "history")
    if not found:
        found = (_unknown(job.error, matcher, reading, facts),)
    seen = _evidence(job, reading)
    return tuple(replace(f, evidence=(*f.evidence, *seen)) for f in found)


def findings_of_problems(
    problems: Sequence[NodeProblem], matcher: Matcher, facts: Facts | None = None
) -> tuple[Finding, ...]:
    """What is wrong with a workflow that the server refused, or took in part."""
    if not problems:
        return ()
    reading = read_lines(_numbered(_lines_of_problems(problems)), facts)
    found = matcher.findings(reading, "answer")
    explained = {e.line for finding in found for e in finding.evidence}
    rest = [
        problem
        for number, problem in zip(_places(problems), problems, strict=True)
        if number not in explained
    ]
    return (*found, *(_refusal(problem, matcher, facts) for problem in _once(rest)))


def reading_of_error(error: JobError, facts: Facts | None = None) -> Reading:
    """An error as the console would have printed it, read."""
    reading = read_lines(_numbered(_lines_of_error(error)), facts)
    blocks = tuple(_told(block, error) for block in reading.blocks[:1])
    return replace(reading, blocks=blocks)


def pack_of(error: JobError) -> str:
    """The node pack at fault: of the deepest frame in one, or of the exception."""
    for frame in reversed(error.traceback):
        if packs := _PACK.findall(frame):
            return str(packs[-1])
    packs = _PACK.findall(error.exception_type)
    return str(packs[-1]) if packs else ""


def _told(block: ErrorBlock, error: JobError) -> ErrorBlock:
    return replace(
        block,
        exception=_short(error.exception_type),
        node=error.node,
        node_type=error.node_type,
        pack=pack_of(error),
    )


def _short(exception_type: str) -> str:
    """The class of a node pack carries the path of its folder; that is no name."""
    at = max(exception_type.rfind("/"), exception_type.rfind("\\"))
    return exception_type[at + 1 :]


def _lines_of_error(error: JobError) -> list[str]:
    raised = _short(error.exception_type)
    frames = [line for frame in error.traceback for line in frame.splitlines()]
    return [
        *f"!!! Exception during processing !!! {error.message}".splitlines(),
        "Traceback (most recent call last):",
        *frames[-2 * _MOST_FRAMES :],
        *(f"{raised}: {error.message}" if error.message else raised).splitlines(),
    ]


def _lines_of_problems(problems: Iterable[NodeProblem]) -> list[str]:
    """Two lines a problem, as the console prints them."""
    lines: list[str] = []
    for problem in problems:
        words = f"{problem.message}: {problem.details}".strip(": ")
        lines.append(f"* {problem.node_type} {problem.node}:")
        lines.append(f"  - {' '.join(words.split())}")
    return lines


def _places(problems: Sequence[NodeProblem]) -> range:
    """Line numbers of the problems' own words."""
    return range(2, 2 * len(problems) + 1, 2)


def _numbered(lines: Iterable[str]) -> tuple[Line, ...]:
    return tuple(Line(at, clean(text, 4000)) for at, text in enumerate(lines, 1))


def _evidence(job: Job, reading: Reading) -> tuple[Evidence, ...]:
    """Which job, which node, and the guilty pack."""
    error = job.error
    if error is None:
        return ()
    where = f" in node {error.node} ({error.node_type})" if error.node_type else ""
    name = f" of {job.workflow_name}" if job.workflow_name else ""
    pack = pack_of(error)
    blame = f", code of the node pack {pack}" if pack else ""
    return (Evidence("history", f"Job {job.id}{name} failed{where}{blame}."),)


def _unknown(
    error: JobError, matcher: Matcher, reading: Reading, facts: Facts | None
) -> Finding:
    pack = pack_of(error)
    raised = _short(error.exception_type)
    words = f"{raised}: {error.message}" if error.message else raised
    values = {
        "node_type": error.node_type,
        "exception": raised,
        "pack": pack,
        "message": error.message.partition("\n")[0][:200],
    }
    return finding_of(
        UNKNOWN_ERROR,
        matcher.catalogue,
        (Evidence("history", words[:600]),),
        confidence=Confidence.NOT_KNOWN,
        subject=error.node_type or pack,
        values=values,
        facts=facts,
    )


def _refusal(problem: NodeProblem, matcher: Matcher, facts: Facts | None) -> Finding:
    words = f"{problem.message}: {problem.details}".strip(": ")
    return finding_of(
        REFUSED,
        matcher.catalogue,
        (Evidence("answer", f"{problem.node_type} {problem.node}: {words}"[:600]),),
        confidence=Confidence.NOT_KNOWN,
        subject=problem.node_type,
        values={"node_type": problem.node_type, "node": problem.node},
        facts=facts,
    )


def _once(problems: Iterable[NodeProblem]) -> tuple[NodeProblem, ...]:
    """One problem for each kind of node."""
    return tuple({problem.node_type: problem for problem in problems}.values())
