"""A report that anybody can read: one HTML file without anything from outside."""

import math
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from html import escape

from comfydoctor.incidents.drawing import svg_of
from comfydoctor.model.dossier import Curve, Dossier, Walked
from comfydoctor.model.finding import Finding
from comfydoctor.model.fix import JournalEntry
from comfydoctor.model.job import Job
from comfydoctor.model.probe import ProbeResult

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
STYLE = """
:root{color-scheme:light dark}
body{font:15px/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.6rem;margin-bottom:.2rem}h2{font-size:1.2rem;margin-top:2.2rem}
h3{font-size:1rem;margin:.2rem 0}
.card{border:1px solid #8886;border-radius:8px;padding:.8rem 1rem;margin:.8rem 0}
.muted{opacity:.75;font-size:.9em}
pre{white-space:pre-wrap;overflow-wrap:anywhere;font-size:12px;background:#8881;
padding:.6rem;border-radius:6px}
table{border-collapse:collapse;width:100%;font-size:.92em}
th,td{text-align:left;padding:.25rem .5rem;border-bottom:1px solid #8884;
vertical-align:top;overflow-wrap:anywhere}
svg{width:100%;height:96px}polyline{fill:none;stroke:currentColor;stroke-width:1.5;
vector-effect:non-scaling-stroke}
"""
MARKS = {"info": "◆", "warning": "▲", "error": "■", "critical": "⬢"}
MOST_JOBS, MOST_LOG = 50, 400


def to_html(dossier: Dossier) -> str:
    """The whole report; every text in it is escaped."""
    parts = [
        *_head(dossier),
        *_section("What is wrong", map(_finding, dossier.findings), NOTHING),
        *_section("How it was found out", map(_walk, dossier.walks)),
        *_section("What was done", _activity(dossier.activity)),
        *_section("What was checked", _probes(dossier.probes)),
        *_section("Jobs", _jobs((*dossier.waiting, *dossier.jobs)[:MOST_JOBS])),
        *_section("Readings", filter(None, map(_curve, dossier.curves))),
        *_section("End of the console", _log(dossier.log[-MOST_LOG:])),
    ]
    return "\n".join(parts) + "\n</body></html>\n"


NOTHING = "<p>Nothing wrong was found.</p>"


def utc(time: float | None) -> str:
    """A time as text, in UTC; empty when it is not known."""
    if time is None or not math.isfinite(time) or time <= 0:
        return ""
    return datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _head(dossier: Dossier) -> Iterator[str]:
    name = str(dossier.server.get("url") or "a server that is not known")
    yield (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        f"<title>ComfyUI report</title><style>{STYLE}</style></head><body>"
    )
    yield f"<h1>Report on {escape(name)}</h1>"
    said = f"Made {utc(dossier.made)} by ComfyDoctor {escape(dossier.program)}."
    if dossier.simulated:
        said += " <strong>Simulated: this is a demo, not a real server.</strong>"
    yield f'<p class="muted">{said}</p>'
    if dossier.note:
        yield f'<div class="card"><pre>{escape(dossier.note)}</pre></div>'
    if dossier.removed:
        gone = escape(", ".join(dossier.removed))
        yield f'<p class="muted">Taken out for privacy: {gone}.</p>'
    yield from _table(
        (("", ""),), ((key, _plain(value)) for key, value in dossier.server.items())
    )


def _plain(value: object) -> str:
    if value is None:
        return "not known"
    if isinstance(value, list | tuple):
        return ", ".join(map(_plain, value)) or "none"
    if isinstance(value, dict):
        return ", ".join(f"{name} {_plain(inner)}" for name, inner in value.items())
    return str(value)


def _section(title: str, parts: Iterable[str], empty: str = "") -> Iterator[str]:
    inside = list(parts) or ([empty] if empty else [])
    if inside:
        yield f"<h2>{escape(title)}</h2>"
        yield from inside


def _finding(finding: Finding) -> str:
    word = finding.severity.word
    evidence = "\n".join(
        f"{proof.source}{f', line {proof.line}' if proof.line else ''}: {proof.text}"
        for proof in finding.evidence
    )
    fixes = "".join(
        f"<li>{escape(fix.title)}<br><span class='muted'>"
        f"{escape(fix.detail).replace(chr(10), '<br>')}</span></li>"
        for fix in finding.fixes
    )
    return (
        f'<div class="card"><h3>{MARKS.get(word, "")} {escape(finding.title)}</h3>'
        f'<p class="muted">{word}, {finding.confidence.word}, {escape(finding.cause)}'
        f"{f', since {utc(finding.since)}' if finding.since else ''}</p>"
        f"<p>{escape(finding.explanation)}</p>"
        + (f"<ul>{fixes}</ul>" if fixes else "")
        + (f"<pre>{escape(evidence)}</pre>" if evidence else "")
        + "</div>"
    )


def _walk(walk: Walked) -> str:
    rows = "".join(
        f"<tr><td>{escape(question)}</td><td>{escape(answer)}</td>"
        f"<td>{'looked up' if step.by == 'program' else 'answered'}</td>"
        f"<td>{escape(step.why)}</td></tr>"
        for step, question, answer in walk.steps
    )
    return (
        f"<h3>{escape(walk.title)}</h3><p class='muted'>{utc(walk.began)}</p>"
        f"<table>{rows}</table>"
    )


def _table(
    head: Iterable[tuple[str, ...]], rows: Iterable[tuple[str, ...]]
) -> Iterator[str]:
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>"
        for row in rows
    )
    top = "".join(
        "<tr>" + "".join(f"<th>{escape(cell)}</th>" for cell in row) + "</tr>"
        for row in head
        if any(row)
    )
    if body:
        yield f"<table>{top}{body}</table>"


def _activity(entries: Iterable[JournalEntry]) -> Iterator[str]:
    rows = (
        (utc(entry.time), entry.title, entry.state.value, entry.said)
        for entry in entries
    )
    return _table((("When", "What", "Outcome", "Measured"),), rows)


def _probes(results: Iterable[ProbeResult]) -> Iterator[str]:
    rows = ((r.question, r.outcome.value, r.detail) for r in results)
    return _table((("Question", "Outcome", "Answer"),), rows)


def _jobs(jobs: Iterable[Job]) -> Iterator[str]:
    rows = (
        (
            job.workflow_name or job.id[:8],
            job.state.value,
            utc(job.started or job.created),
            _seconds(job),
            f"{job.error.exception_type}: {job.error.message}"[:300]
            if job.error
            else "",
        )
        for job in jobs
    )
    return _table((("Workflow", "State", "Started", "Took", "Error"),), rows)


def _error(job: Job) -> str:
    error = job.error
    return f"{error.exception_type}: {error.message}"[:300] if error else ""


def _seconds(job: Job) -> str:
    if job.started is None or job.ended is None:
        return ""
    return f"{max(0.0, job.ended - job.started):.1f} s"


def _curve(curve: Curve) -> str:
    drawn = svg_of(curve)
    if not drawn:
        return ""
    known = [value for value in curve.values if not math.isnan(value)]
    name = f"{curve.title} {curve.subject}".strip()
    said = (
        f"{escape(name)}: {min(known):.4g} to {max(known):.4g} {escape(curve.unit)}, "
        f"{utc(curve.times[0])} to {utc(curve.times[-1])}"
    )
    return f'<figure><figcaption class="muted">{said}</figcaption>{drawn}</figure>'


def _log(lines: Iterable[str]) -> Iterator[str]:
    text = "\n".join(lines)
    if text:
        yield f"<pre>{escape(text)}</pre>"
