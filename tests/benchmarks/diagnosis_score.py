"""How many real failures the diagnosis names rightly, per family.

    python -m tests.benchmarks.diagnosis_score [CASES.jsonl] [--forms]

Each line of the file is a case with ``log``, ``cause_id`` and ``family``; cause
``none`` is a healthy log. Right is the cause at rank 1, wrong another, silent none.
A guess is another cause too, but one that was only called possible. The exit status
is 0 when the goals are met: 95 % right, 1 % wrong, no alarm. With ``--forms`` each
case is also read as other programs would have written it, and the share that keeps
its first cause is told.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from comfydoctor.content.catalogue import Catalogue
from comfydoctor.diagnosis.explain import Explainer
from comfydoctor.diagnosis.signatures import Matcher
from comfydoctor.model.finding import Confidence
from tests.benchmarks.diagnosis_forms import FORMS, cut

USUAL = Path(__file__).resolve().parents[3] / "shared" / "cases" / "dev.jsonl"
RIGHT, WRONG = 0.95, 0.01


@dataclass
class Score:
    """Counts of one family."""

    right: int = 0
    wrong: int = 0
    guess: int = 0
    silent: int = 0

    @property
    def cases(self) -> int:
        return self.right + self.wrong + self.guess + self.silent

    def add(self, other: "Score") -> None:
        self.right += other.right
        self.wrong += other.wrong
        self.guess += other.guess
        self.silent += other.silent


def judge(cases: Iterable[dict[str, str]], matcher: Matcher) -> dict[str, Score]:
    """Scores by family; ``certain`` holds those of findings called certain."""
    scores: dict[str, Score] = defaultdict(Score)
    for case in cases:
        findings = matcher.explain(case["log"])
        told = findings[0].cause if findings else "none"
        sure = findings[0].confidence if findings else Confidence.NOT_KNOWN
        score = scored(case["cause_id"], told, sure)
        scores[case["family"]].add(score)
        if sure is Confidence.CERTAIN:
            scores["certain"].add(score)
        if not score.right:
            say(f"  {case['id']}: {case['cause_id']}, told {told} ({sure.name})")
    return scores


def scored(wanted: str, told: str, sure: Confidence) -> Score:
    """One case. A healthy log allows no guess either."""
    if told == wanted:
        return Score(right=1)
    if told == "none":
        return Score(silent=1)
    if sure is Confidence.POSSIBLE and wanted != "none":
        return Score(guess=1)
    return Score(wrong=1)


def kept_in_forms(cases: Sequence[dict[str, str]], matcher: Matcher) -> float:
    """The share of cases that keep their first cause in another form."""
    explainer = Explainer(matcher)
    logs = [case["log"] for case in cases]
    first = [top(explainer, log.encode()) for log in logs]
    shares = {}
    for name, form in FORMS.items():
        told = [top(explainer, form(log))[0] for log in logs]
        shares[name] = share(first, told)
    told = [
        top(explainer, cut(log, line))[0]
        for log, (_, line) in zip(logs, first, strict=True)
    ]
    shares["top 30 % cut off"] = share(first, told)
    for name, kept in shares.items():
        say(f"{name:20} {kept:6.1%} keep their first cause")
    return sum(shares.values()) / len(shares)


def top(explainer: Explainer, data: bytes) -> tuple[str, int]:
    """The first cause, and the number of its decisive line."""
    findings = explainer.text(data).findings
    if not findings:
        return "none", 10**9
    return findings[0].cause, findings[0].evidence[0].line or 1


def share(first: Sequence[tuple[str, int]], told: Sequence[str]) -> float:
    kept = sum(cause == now for (cause, _), now in zip(first, told, strict=True))
    return kept / max(len(told), 1)


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def main() -> int:
    names = [word for word in sys.argv[1:] if not word.startswith("--")]
    path = Path(names[0]) if names else USUAL
    cases = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    matcher = Matcher(Catalogue())
    scores = judge(cases, matcher)
    certain = scores.pop("certain", Score())
    healthy = scores.pop("negative", Score())
    total = Score()
    for family, score in sorted(scores.items()):
        total.add(score)
        say(row(family, score))
    say(row("all with a cause", total))
    say(f"alarms on healthy logs: {healthy.wrong} of {healthy.cases}")
    say(f"certain: {certain.right} of {certain.cases} right")
    if "--forms" in sys.argv[1:]:
        say(f"in other forms: {kept_in_forms(cases, matcher):.1%} keep it")
    right, wrong = total.right / total.cases, total.wrong / total.cases
    say(f"right {right:.1%} (goal {RIGHT:.0%}), wrong {wrong:.1%} (goal {WRONG:.0%})")
    return int(right < RIGHT or wrong > WRONG or healthy.wrong > 0)


def row(name: str, score: Score) -> str:
    return (
        f"{name:20} {score.cases:4} cases  {score.right:4} right "
        f"{score.wrong:3} wrong {score.guess:3} guess {score.silent:3} silent"
    )


if __name__ == "__main__":
    sys.exit(main())
