"""Matches -> findings: joined, consequences dropped, most telling first."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from comfydoctor.content.catalogue import Catalogue
from comfydoctor.content.render import explanation, fill, fix_refs
from comfydoctor.content.schema import Cause
from comfydoctor.diagnosis.events import Facts, Line
from comfydoctor.diagnosis.modelfolder import folder_of
from comfydoctor.diagnosis.rules import Match
from comfydoctor.diagnosis.shadow import RAN, Shadow
from comfydoctor.model.finding import Confidence, Evidence, Finding, Severity

_MOST_EVIDENCE = 6
_MOST_SUBJECTS = 30
_EVIDENCE_LENGTH = 600


def confidence_of(match: Match) -> Confidence:
    """How sure the rule that matched makes us."""
    return Confidence[match.rule.confidence.upper()]


def join(
    matches: Iterable[Match],
    lines: Sequence[Line],
    facts: Facts,
    catalogue: Catalogue,
    source: str,
    since: int = 0,
) -> tuple[Finding, ...]:
    """Findings of a text, root causes first.

    With ``since``, only those that rest on that line number or a later one.
    """
    found = list(matches)
    shadow = Shadow(found, catalogue.rank)
    kept = _grouped(match for match in found if not shadow.covers(match))
    fresh = [group for group in kept if _is_since(group, lines, since)]
    failed = any(m.block in RAN for group in kept for m in group)
    fresh.sort(key=lambda group: (_aside(group, failed), *_order(group, catalogue)))
    return tuple(
        _finding(_newest_first(group, lines, since), lines, facts, catalogue, source)
        for group in fresh[:_MOST_SUBJECTS]
    )


def _grouped(matches: Iterable[Match]) -> list[list[Match]]:
    groups: dict[tuple[str, str], list[Match]] = defaultdict(list)
    for match in matches:
        groups[match.cause.id, _subject(match)].append(match)
    return list(groups.values())


def _is_since(group: Sequence[Match], lines: Sequence[Line], since: int) -> bool:
    return any(
        lines[index].number >= since
        for match in group
        for index in (match.index, *match.support)
    )


def _newest_first(
    group: list[Match], lines: Sequence[Line], since: int
) -> Sequence[Match]:
    """With ``since`` the matches from there on lead, as the evidence to show."""
    return sorted(group, key=lambda match: lines[match.index].number < since)


def _aside(group: Sequence[Match], failed: bool) -> bool:
    """Whether it is about a pack that did not load, while a job failed otherwise.

    Many installations have a broken pack that nobody uses.
    """
    return failed and all(match.block == "import" for match in group)


def _subject(match: Match) -> str:
    return match.values.get(match.cause.subject, "") if match.cause.subject else ""


def _order(group: Sequence[Match], catalogue: Catalogue) -> tuple[int, int, int, int]:
    """Guesses after knowledge, roots before consequences, early before late."""
    best = max(confidence_of(match) for match in group)
    cause = group[0].cause
    guess = int(best is Confidence.POSSIBLE)
    return guess, catalogue.rank(cause), -int(best), min(m.index for m in group)


def _finding(
    group: Sequence[Match],
    lines: Sequence[Line],
    facts: Facts,
    catalogue: Catalogue,
    source: str,
) -> Finding:
    best = max(group, key=confidence_of)
    cause = best.cause
    subject = _subject(best)
    values = known_values(best.values, facts, catalogue)
    return Finding(
        key=f"{cause.id}:{subject}" if subject else cause.id,
        cause=cause.id,
        title=title_of(cause, values),
        severity=Severity[cause.severity.upper()],
        confidence=confidence_of(best),
        explanation=explanation(cause, values),
        technical=" ".join(cause.technical.split()),
        evidence=_evidence(group, lines, source),
        fixes=fix_refs(cause, catalogue.common, values),
        subject=subject,
        count=len(group),
    )


def title_of(cause: Cause, values: Mapping[str, str]) -> str:
    """The cause's title, its placeholders filled where they are known."""
    if "{" not in cause.title:
        return cause.title
    return fill(cause.title, values) or cause.title.split("{")[0].rstrip(" :(")


def known_values(
    found: Mapping[str, str], facts: Facts, catalogue: Catalogue
) -> dict[str, str]:
    """What the words of a cause may name: captures, facts, package names."""
    values = dict(found)
    if facts.install:
        values["install"] = facts.install
    if module := values.get("module", "").split(".")[0]:
        values["package"] = catalogue.common.packages.get(module, module)
    folder = folder_of(values.get("node_type", ""), values.get("input", ""))
    if folder:
        values.setdefault("folder", folder)
    for name in ("gpu", "torch", "version", "python"):
        if told := getattr(facts, name):
            values.setdefault(name, told)
    return values


def _evidence(
    group: Sequence[Match], lines: Sequence[Line], source: str
) -> tuple[Evidence, ...]:
    """The decisive lines first, each text once, then what supports them."""
    order = [match.index for match in group]
    order += [index for match in group for index in match.support]
    seen: dict[str, Evidence] = {}
    for index in order:
        text = lines[index].text.strip()[:_EVIDENCE_LENGTH]
        if text not in seen and len(seen) < _MOST_EVIDENCE:
            seen[text] = Evidence(source, text, lines[index].number)
    return tuple(seen.values())
