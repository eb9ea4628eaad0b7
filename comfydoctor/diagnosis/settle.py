"""What several probes found, without what another one explains better."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from comfydoctor.content.catalogue import Catalogue
from comfydoctor.content.schema import Cause
from comfydoctor.model.finding import Finding
from comfydoctor.model.probe import ProbeResult


def settled(
    results: Sequence[ProbeResult], catalogue: Catalogue
) -> tuple[ProbeResult, ...]:
    """The results, each without the consequences of what another probe found.

    A failed job of the history does not know the console, where the root may stand.
    """
    roots = [(r.id, finding) for r in results for finding in r.findings]
    causes, rank = catalogue.causes, catalogue.rank
    return tuple(
        _without(result, _explained(result, roots, causes, rank)) for result in results
    )


def _without(result: ProbeResult, gone: set[str]) -> ProbeResult:
    if not gone:
        return result
    kept = tuple(f for f in result.findings if f.key not in gone)
    return replace(result, findings=kept)


def _explained(
    result: ProbeResult,
    roots: Iterable[tuple[str, Finding]],
    causes: Mapping[str, Cause],
    rank: Callable[[Cause], int],
) -> set[str]:
    """Keys of the findings that a root of another probe explains."""
    others = [finding for probe, finding in roots if probe != result.id]
    return {
        finding.key
        for finding in result.findings
        if any(_explains(other, finding, causes, rank) for other in others)
    }


def _explains(
    root: Finding,
    finding: Finding,
    causes: Mapping[str, Cause],
    rank: Callable[[Cause], int],
) -> bool:
    one, other = causes.get(root.cause), causes.get(finding.cause)
    if one is None or other is None or other.id not in one.supersedes:
        return False
    return rank(one) < rank(other) or _one_failure(root, finding)


def _one_failure(one: Finding, other: Finding) -> bool:
    """Whether both rest on the same words of the program."""
    words = {evidence.text.strip() for evidence in one.evidence}
    return any(evidence.text.strip() in words for evidence in other.evidence)
