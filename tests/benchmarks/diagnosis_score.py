"""How many real failures the diagnosis names rightly, per family.

    python tests/benchmarks/diagnosis_score.py [CASES.jsonl]

Each line of the file is a case with ``log``, ``cause_id`` and ``family``; cause
``none`` is a healthy log. Right is the cause at rank 1, wrong another, silent none.
A guess is another cause too, but one that was only called possible. The exit status
is 0 when the goals are met: 95 % right, 1 % wrong, no alarm.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from comfydoctor.content.catalogue import Catalogue
from comfydoctor.diagnosis.signatures import Matcher
from comfydoctor.model.finding import Confidence

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


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def main() -> int:
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else USUAL
    cases = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    scores = judge(cases, Matcher(Catalogue()))
    certain = scores.pop("certain", Score())
    healthy = scores.pop("negative", Score())
    total = Score()
    for family, score in sorted(scores.items()):
        total.add(score)
        say(row(family, score))
    say(row("all with a cause", total))
    say(f"alarms on healthy logs: {healthy.wrong} of {healthy.cases}")
    say(f"certain: {certain.right} of {certain.cases} right")
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
