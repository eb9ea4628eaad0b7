"""From what is known of a server's end to findings, what ended it first."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from comfydoctor.diagnosis.crashdeath import (
    Death,
    error_lines,
    error_values,
    last_lines,
    noted,
)
from comfydoctor.diagnosis.crashlog import End, LastLife
from comfydoctor.diagnosis.findings import finding_of
from comfydoctor.diagnosis.signatures import Matcher
from comfydoctor.model.finding import Confidence, Evidence, Finding, Severity

_NEAR_END = 40
"""Lines before the end that can tell of it."""
_MOST_CHANGES = 3
_LOADING = "silent-crash-on-model-load"
_NATIVE = "native-crash"
_LOADS = ("Requested to load", "load_torch_file", "model weight dtype")
"""What stands near the end when a model was being loaded."""
_KILLED = "ram-exhausted-oom-killer"
_ORDERLY = {0, 130, 143, 0xC000013A}


def findings_of_death(
    death: Death, matcher: Matcher
) -> tuple[tuple[Finding, ...], int]:
    """What ended it first, then what else its log shows; and how many are the first.

    A cause that explains the end makes the general words unnecessary.
    """
    known = matcher.findings(death.life.reading, death.source)
    first = [finding for finding in known if _tells_of_end(finding, death)]
    others = tuple(finding for finding in known if finding not in first)
    general = [x for x in _general(death, matcher, first) if x is not None]
    deadly = [_with_holder(x, death) for x in _merged(general, first)]
    if deadly:
        deadly[0] = _with_evidence(deadly[0], death)
    return (*deadly, *others), len(deadly)


def _tells_of_end(finding: Finding, death: Death) -> bool:
    """Whether a known cause rests on the lines at the end, or stopped the start."""
    if finding.severity < Severity.ERROR or death.lives:
        return False
    life = death.life
    last = life.reading.lines[-1].number
    begin = life.error.start - 3 if life.error else last - _NEAR_END
    near = any(e.line is not None and e.line >= begin for e in finding.evidence)
    if life.came_up:
        up = max(p.line for p in life.reading.phases if p.name in {"listening", "job"})
        near = near and any((e.line or 0) > up for e in finding.evidence)
    return near and not _survived(finding, life)


def _survived(finding: Finding, life: LastLife) -> bool:
    """Node packs that fail to load, and jobs that fail, do not end the server."""
    places = {e.line for e in finding.evidence}
    return any(
        block.kind in {"import", "execution", "validation", "request", "callback"}
        and any(n is not None and block.start <= n <= block.end for n in places)
        for block in life.reading.blocks
    )


def _general(
    death: Death, matcher: Matcher, first: list[Finding]
) -> Iterator[Finding | None]:
    """What can be said without a known cause."""
    if death.lives:
        if not death.life.came_up:
            yield _say(death, matcher, "server-still-starting", Confidence.LIKELY)
        return
    if killed := next((n for n in death.kernel if n.kind == "oom"), None):
        yield _say(death, matcher, _KILLED, Confidence.CERTAIN, noted(killed))
    elif note := next((n for n in death.kernel if n.kind == "segfault"), None):
        values = {"library": note.library}
        yield _say(death, matcher, _NATIVE, Confidence.CERTAIN, noted(note), **values)
    elif note := next((n for n in death.kernel if n.kind == "xid"), None):
        yield _say(death, matcher, "gpu-hang-driver", Confidence.LIKELY, noted(note))
    if death.life.end is End.FATAL:
        yield _fatal(death, matcher)
    elif not first and not death.kernel:
        yield _unexplained(death, matcher)


def _unexplained(death: Death, matcher: Matcher) -> Finding | None:
    """By the way the log ends, and by the exit code."""
    life = death.life
    if life.end is End.ERROR and life.error is not None:
        cause = "server-died-of-error" if life.came_up else "start-stopped-by-error"
        values = error_values(life.error)
        sure = Confidence.CERTAIN if death.lives is False else Confidence.LIKELY
        return _say(death, matcher, cause, sure, *error_lines(death), **values)
    orderly = death.exit is not None and death.exit.code in _ORDERLY
    if life.end is End.STOPPED or orderly:
        return _say(death, matcher, "server-was-stopped", Confidence.LIKELY)
    if life.end is End.EMPTY:
        return None
    return _silent(death, matcher)


def _silent(death: Death, matcher: Matcher) -> Finding:
    code = death.exit
    if code is not None and code.causes and code.causes[0] != _KILLED:
        return _say(death, matcher, _sharper(code.causes[0], death), Confidence.LIKELY)
    up = death.life.came_up
    cause = "server-ended-without-word" if up else "start-ended-without-word"
    sure = Confidence.CERTAIN if death.lives is False else Confidence.POSSIBLE
    return _say(death, matcher, cause, sure, stage=death.life.stage.value)


def _sharper(cause: str, death: Death) -> str:
    """A crash in native code was one of loading only where something was loaded."""
    if cause != _LOADING:
        return cause
    near = death.life.reading.lines[-_NEAR_END:]
    loading = any(sign in line.text for line in near for sign in _LOADS)
    return _LOADING if loading else _NATIVE


def _fatal(death: Death, matcher: Matcher) -> Finding | None:
    """A crash whose stack Python printed; the pack in it is named."""
    block = death.life.error
    if block is None:
        return None
    packs = [frame.pack for trace in block.traces for frame in trace.frames]
    pack = next((name for name in packs if name), "") or block.pack
    lines = error_lines(death)
    if not pack:
        cause = _sharper(_LOADING, death)
        return _say(death, matcher, cause, Confidence.LIKELY, *lines)
    return _say(
        death,
        matcher,
        "native-crash-in-pack",
        Confidence.LIKELY,
        *lines,
        subject=pack,
        pack=pack,
    )


def _say(
    death: Death,
    matcher: Matcher,
    cause: str,
    sure: Confidence,
    *evidence: Evidence,
    subject: str = "",
    **values: str,
) -> Finding:
    shown: Mapping[str, str] = {"stage": death.life.stage.value, **values}
    return finding_of(
        cause,
        matcher.catalogue,
        evidence or last_lines(death),
        confidence=sure,
        subject=subject,
        values=shown,
        facts=death.life.reading.facts,
    )


def _merged(general: list[Finding], known: list[Finding]) -> list[Finding]:
    """General words first where they are proven; one finding for one cause."""
    causes = {finding.cause for finding in general}
    if causes & {"native-crash-in-pack", _NATIVE}:
        causes.add(_LOADING)
    rest = [finding for finding in known if finding.cause not in causes]
    return [*general, *rest]


def _with_holder(finding: Finding, death: Death) -> Finding:
    """Who holds the port, on the finding that says it is taken."""
    holder = death.holder
    if finding.cause != "port-in-use" or holder is None:
        return finding
    evidence = (*finding.evidence, Evidence("system", holder.says))
    words = (
        f"{holder.says} {finding.explanation}" if holder.pid else finding.explanation
    )
    return replace(finding, evidence=evidence, explanation=words)


def _with_evidence(finding: Finding, death: Death) -> Finding:
    """The exit code and what was changed last."""
    added: list[Evidence] = []
    if death.exit is not None:
        code = death.exit
        name = f" ({code.name})" if code.name else ""
        added.append(Evidence("exit code", f"{code.shown}{name}: {code.says}"))
    if finding.severity >= Severity.ERROR:
        for change in death.newest[:_MOST_CHANGES]:
            when = datetime.fromtimestamp(change.time).astimezone()
            text = f"{when:%d %b %H:%M}: {change.says}"
            added.append(Evidence("what changed", text))
    return replace(finding, evidence=(*finding.evidence, *added))
