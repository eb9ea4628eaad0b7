"""The board opens, updates and closes findings without noise."""

from dataclasses import replace

from comfydoctor.diagnosis.board import MOST, Board
from comfydoctor.model.change import FindingOpened, FindingResolved, FindingUpdated
from comfydoctor.model.finding import (
    Confidence,
    Evidence,
    Finding,
    FindingState,
    Severity,
)


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


def finding(key="oom", severity=Severity.ERROR, **more):
    more.setdefault("confidence", Confidence.LIKELY)
    return Finding(key=key, cause=key, title=key, severity=severity, **more)


def test_the_same_problem_seen_again_is_one_problem():
    clock = Clock()
    board = Board(clock)
    assert isinstance(board.report(finding()), FindingOpened)
    clock.now = 200.0
    assert board.report(finding()) is None
    [kept] = board.open()
    assert (kept.since, kept.last_seen, kept.count) == (100.0, 200.0, 2)


def test_new_evidence_is_an_update():
    board = Board(Clock())
    board.report(finding())
    change = board.report(finding(evidence=(Evidence("log", "boom"),)))
    assert isinstance(change, FindingUpdated)


def test_a_state_that_goes_on_is_not_counted():
    board = Board(Clock())
    for _ in range(3):
        board.report(finding(), lasts=True)
    assert board.open()[0].count == 1


def test_resolving_what_is_not_open_says_nothing():
    board = Board(Clock())
    assert board.resolve("oom") is None
    board.report(finding())
    change = board.resolve("oom")
    assert isinstance(change, FindingResolved)
    assert change.finding.state is FindingState.RESOLVED
    assert board.open() == ()


def test_an_ignored_problem_comes_back_with_the_next_version():
    board = Board(Clock())
    board.report(finding(), "0.33.0")
    board.ignore("oom", "0.33.0")
    assert board.report(finding(), "0.33.0") is None
    assert isinstance(board.report(finding(), "0.34.0"), FindingOpened)


def test_the_worst_and_surest_come_first():
    board = Board(Clock())
    board.report(finding("a", Severity.WARNING))
    board.report(finding("b", Severity.ERROR, confidence=Confidence.POSSIBLE))
    board.report(finding("c", Severity.ERROR, confidence=Confidence.CERTAIN))
    assert [f.key for f in board.open()] == ["c", "b", "a"]


def test_a_flood_of_problems_keeps_the_worst():
    board = Board(Clock())
    for number in range(MOST + 50):
        board.report(finding(f"w{number}", Severity.WARNING))
    assert len(board.open()) == MOST
    assert isinstance(board.report(finding("x", Severity.CRITICAL)), FindingOpened)
    assert len(board.open()) == MOST
    assert board.open()[0].key == "x"


def test_reporting_does_not_change_what_was_reported():
    board = Board(Clock())
    reported = finding()
    board.report(reported)
    assert reported == replace(reported, since=0.0)
