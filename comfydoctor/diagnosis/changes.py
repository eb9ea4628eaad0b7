"""What is not as it was: two fingerprints compared, most suspicious first."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from comfydoctor.diagnosis.changes_words import sentence
from comfydoctor.diagnosis.suspicion import suspicion_of
from comfydoctor.model.finding import Finding
from comfydoctor.model.fingerprint import (
    PARTS,
    Comparison,
    Difference,
    Fingerprint,
    Moment,
    Part,
)

SOURCE = "what changed"
"""The source of evidence that tells of changes."""
MOST = 500
"""Differences that are listed; two unlike computers have thousands."""
TELLING = 40
"""Suspicion from which a change is worth a word beside a finding."""
_NAMED = 50
"""Added to the suspicion of what a finding itself names."""


def compare(before: Moment, after: Moment) -> Comparison:
    """All differences between two moments."""
    return Comparison(
        tuple(differences(before.fingerprint, after.fingerprint)),
        tuple(_unread(before.fingerprint, after.fingerprint)),
        before,
        after,
    )


def differences(before: Fingerprint, after: Fingerprint) -> list[Difference]:
    """Differences of the parts that both have, most suspicious first."""
    found = [
        difference
        for name, _ in PARTS
        if name in before.parts and name in after.parts
        for difference in _of_part(name, before.parts[name], after.parts[name])
    ]
    found.sort(key=lambda x: (-x.suspicion, _place(x.part), x.subject.lower()))
    return _told_once(found)[:MOST]


def _told_once(found: Iterable[Difference]) -> list[Difference]:
    """A server and its files tell the version of torch, and its own, both."""
    seen: dict[tuple[str, str, str, str], Difference] = {}
    for x in found:
        part = x.part if x.subject not in {"torch", "version"} else ""
        seen.setdefault((part, x.subject, x.before, x.after), x)
    return list(seen.values())


def _of_part(name: str, before: Part, after: Part) -> Iterator[Difference]:
    if name == "nodes":
        yield from _of_nodes(before, after)
        return
    # A server that does not answer tells less of itself; silence is no change.
    subjects = before.keys() & after if name == "server" else {*before, *after}
    for subject in sorted(subjects):
        # A part may hold an empty state: a flag without a value.
        was, now = before.get(subject), after.get(subject)
        if was != now:
            yield _difference(name, subject, was, now)


def _difference(
    part: str, subject: str, was: str | None, now: str | None
) -> Difference:
    return Difference(
        part,
        subject,
        was if was is not None else "",
        now if now is not None else "",
        suspicion_of(part, subject, was, now),
        sentence(part, subject, was, now),
    )


def _of_nodes(before: Part, after: Part) -> Iterator[Difference]:
    """Node classes one line a pack: thousands come and go together."""
    gone = _by_module(before, (n for n in before if n not in after))
    new = _by_module(after, (n for n in after if n not in before))
    for module in sorted({*gone, *new}):
        was = f"{len(gone[module])} classes" if module in gone else None
        now = f"{len(new[module])} classes" if module in new else None
        names = gone.get(module) or new[module]
        yield Difference(
            "nodes",
            module,
            was or "",
            now or "",
            suspicion_of("nodes", module, was, now),
            sentence("nodes", module, was, now, names),
        )


def _by_module(part: Part, names: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for name in names:
        found[part[name]].append(name)
    return found


def _unread(before: Fingerprint, after: Fingerprint) -> Iterator[str]:
    for name, words in PARTS:
        missing = [s for s in (after, before) if name not in s.parts]
        why = next((s.unread[name] for s in missing if name in s.unread), "")
        if missing and (why or len(missing) == 1):
            when = "now" if missing[0] is after else "then"
            said = f"{when}, {why or 'it was not read'}"
            yield f"{words[0].upper()}{words[1:]} could not be compared: {said}."


def _place(part: str) -> int:
    return next((n for n, (name, _) in enumerate(PARTS) if name == part), len(PARTS))


def suspects(
    finding: Finding, comparison: Comparison, most: int = 3
) -> tuple[Difference, ...]:
    """The changes that may be behind a finding, likeliest first.

    What the finding names itself goes before what is generally dangerous.
    """
    words = _words(finding)
    ranked = sorted(
        comparison.differences,
        key=lambda x: -(x.suspicion + (_NAMED if _is_named(x, words) else 0)),
    )
    telling = (x for x in ranked if x.suspicion >= TELLING or _is_named(x, words))
    return tuple(x for x, _ in zip(telling, range(most), strict=False))


def _words(finding: Finding) -> str:
    said = [finding.subject, finding.title, finding.explanation]
    said += [e.text for e in finding.evidence if e.source != SOURCE]
    return "\n".join(said).lower().replace("_", "-")


def _is_named(difference: Difference, words: str) -> bool:
    """Whether the finding speaks of what changed; very short names prove nothing."""
    name = difference.subject.lower().replace("_", "-").rpartition("/")[2]
    return len(name) > 3 and name in words
