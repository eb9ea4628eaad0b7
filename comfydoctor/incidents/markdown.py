"""The report as Markdown, for tickets and chats."""

import re
from collections.abc import Iterator

from comfydoctor.incidents.report import MARKS, utc
from comfydoctor.model.dossier import Dossier
from comfydoctor.model.finding import Finding

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+!|<>~-])")
MOST_LOG = 60


def to_markdown(dossier: Dossier) -> str:
    """A short report; what others wrote stands as it is, marked as theirs."""
    return "\n".join(_lines(dossier)) + "\n"


def plain(text: str) -> str:
    """Text of others so that Markdown shows it and does nothing else with it."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def _lines(dossier: Dossier) -> Iterator[str]:
    yield f"# Report on {plain(str(dossier.server.get('url') or 'a server'))}"
    yield ""
    yield f"Made {utc(dossier.made)} by ComfyDoctor {dossier.program}."
    if dossier.simulated:
        yield "**Simulated: this is a demo, not a real server.**"
    if dossier.note:
        yield f"\n{plain(dossier.note)}"
    yield "\n## What is wrong\n"
    if not dossier.findings:
        yield "Nothing wrong was found."
    for finding in dossier.findings:
        yield from _finding(finding)
    if dossier.activity:
        yield "\n## What was done\n"
        for entry in dossier.activity:
            said = f"{plain(entry.title)}: {entry.state.value}. {plain(entry.said)}"
            yield f"- {utc(entry.time)} {said}"
    yield "\n## What was checked\n"
    for result in dossier.probes:
        said = f"{plain(result.question)} {plain(result.detail)}"
        yield f"- {result.outcome.value}: {said}"
    if dossier.log:
        yield "\n## End of the console\n"
        yield from (f"    {line}" for line in dossier.log[-MOST_LOG:])


def _finding(finding: Finding) -> Iterator[str]:
    mark = MARKS.get(finding.severity.word, "")
    yield f"### {mark} {plain(finding.title)} ({finding.confidence.word})\n"
    yield plain(finding.explanation)
    for fix in finding.fixes:
        yield f"- {plain(fix.title)}"
    for proof in finding.evidence[:4]:
        yield f"\n    {proof.source}: {' '.join(proof.text.split())[:300]}"
    yield ""
