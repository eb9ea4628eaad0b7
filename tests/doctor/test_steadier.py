"""Findings of figures that go up and down."""

from comfydoctor.doctor.steadier import Steadier
from comfydoctor.model.finding import Confidence, Finding, Severity
from comfydoctor.model.probe import Outcome, ProbeResult

FULL = Finding("full", "full", "Full", Severity.WARNING, Confidence.CERTAIN)


def result(*findings, outcome=Outcome.WARN):
    return ProbeResult("memory", "?", outcome, "", findings=findings)


def told(steadier, looks):
    """What is told of looks ten seconds apart; true where the finding shows."""
    return [
        bool(steadier.settled(result(*[FULL] * seen), 10.0 * number).findings)
        for number, seen in enumerate(looks)
    ]


def test_one_look_is_no_finding_and_two_are():
    assert told(Steadier(), [0, 1, 0, 1, 1, 1]) == [*[False] * 4, True, True]


def test_it_stays_until_it_was_gone_for_a_while():
    looks = [1, 1, 0, 1, 0, 0, 0, 0, 0, 0]
    assert told(Steadier(calm=40.0), looks) == [False, *[True] * 7, False, False]


def test_what_a_check_up_told_shows_at_once_and_goes_the_same_way():
    steadier = Steadier(calm=40.0)
    steadier.told([result(FULL)], 0.0)
    assert told(steadier, [0, 0]) == [True, True]
    steadier.told([result()], 20.0)
    assert told(steadier, [0, 0, 0]) == [False] * 3


def test_what_cannot_be_told_changes_nothing():
    steadier = Steadier()
    steadier.told([result(FULL)], 0.0)
    unknown = result(outcome=Outcome.UNKNOWN)
    assert steadier.settled(unknown, 500.0) is unknown
    steadier.told([unknown], 510.0)
    assert steadier.settled(result(), 20.0).findings == (FULL,)


def test_newer_figures_replace_older_ones():
    steadier = Steadier()
    steadier.told([result(FULL)], 0.0)
    worse = Finding("full", "full", "Full", Severity.CRITICAL, Confidence.CERTAIN)
    assert steadier.settled(result(worse), 10.0).findings == (worse,)
