import pytest

from comfydoctor.comfy.liveness import (
    Marks,
    Pulse,
    StatusWatch,
    after_answer,
    after_error,
    after_silence,
    find_restart,
)
from comfydoctor.errors import (
    Forbidden,
    LoginNeeded,
    NotComfy,
    Redirected,
    Rejected,
    TimedOut,
    TooMuch,
    Unreachable,
    Untrusted,
)
from comfydoctor.model.finding import Confidence
from comfydoctor.model.server import Reach


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


def test_a_change_without_status_within_three_seconds_is_a_dead_socket(clock):
    watch = StatusWatch(clock)
    watch.reset()
    clock.now += 60
    assert not watch.is_dead(), "silence alone proves nothing"
    watch.queue_changed(5.0)
    clock.now += 2.9
    assert not watch.is_dead()
    clock.now += 0.1
    assert watch.is_dead()
    watch.reset()
    assert not watch.is_dead()


def test_a_status_just_before_or_after_the_change_explains_it(clock):
    watch = StatusWatch(clock)
    watch.heard()
    clock.now += 4
    watch.queue_changed(5.0)
    clock.now += 60
    assert not watch.is_dead()
    watch.queue_changed(5.0)
    clock.now += 1
    watch.heard()
    clock.now += 60
    assert not watch.is_dead()


def test_repeated_changes_do_not_put_off_the_verdict(clock):
    watch = StatusWatch(clock)
    for _ in range(4):
        watch.queue_changed(5.0)
        clock.now += 1
    assert watch.is_dead()


def test_an_answer_means_connected_from_then_on():
    pulse = after_answer(Pulse(since=90.0), 100.0)
    assert (pulse.reach, pulse.since) == (Reach.CONNECTED, 100.0)
    again = after_answer(pulse, 105.0)
    assert (again.since, again.answered) == (100.0, 105.0)


def test_slow_only_after_ten_seconds_without_any_answer():
    pulse = after_answer(Pulse(), 100.0)
    assert after_silence(pulse, 109.9).reach is Reach.CONNECTED
    assert after_error(pulse, 105.0, TimedOut("x")).reach is Reach.CONNECTED
    slow = after_silence(pulse, 110.0)
    assert (slow.reach, slow.since) == (Reach.SLOW, 110.0)
    assert after_silence(slow, 120.0).since == 110.0
    assert after_error(pulse, 115.0, TimedOut("x")).reach is Reach.SLOW
    assert after_silence(Pulse(since=100.0), 111.0).reach is Reach.SLOW


def test_one_cut_line_is_no_down_server():
    pulse = after_answer(Pulse(), 100.0)
    once = after_error(pulse, 101.0, Unreachable("x"))
    assert once.reach is Reach.CONNECTED
    assert after_answer(once, 102.0).refusals == 0
    twice = after_error(once, 103.0, Unreachable("x"))
    assert (twice.reach, twice.since) == (Reach.DOWN, 103.0)
    assert after_silence(twice, 200.0).reach is Reach.DOWN
    assert after_answer(twice, 201.0).reach is Reach.CONNECTED


def test_refused_at_the_first_try_is_down_at_once():
    assert after_error(Pulse(), 1.0, Unreachable("x")).reach is Reach.DOWN


@pytest.mark.parametrize(
    "error",
    [
        LoginNeeded("x"),
        Forbidden("x"),
        Untrusted("x"),
        NotComfy("x"),
        Redirected("x", location="y"),
    ],
)
def test_an_answer_we_cannot_use_is_a_problem(error):
    pulse = after_error(after_answer(Pulse(), 100.0), 101.0, error)
    assert (pulse.reach, pulse.error) == (Reach.PROBLEM, error)


@pytest.mark.parametrize("error", [Rejected("x", status=500), TooMuch("x")])
def test_an_error_status_is_an_answer(error):
    assert after_error(Pulse(), 1.0, error).reach is Reach.CONNECTED


def marks(first: str, entries: int, *history: str) -> Marks:
    return Marks(first, "", entries, "", frozenset(history))


@pytest.mark.parametrize(
    ("before", "after", "confidence"),
    [
        # a ring that is not full begins with the start of the process
        (marks("10:00", 80), marks("11:00", 60), Confidence.CERTAIN),
        (marks("10:00", 300), marks("11:00", 60), Confidence.CERTAIN),
        (marks("10:00", 300, "a"), marks("11:00", 60), Confidence.CERTAIN),
        # a start is told in a ring that has filled up since
        (
            Marks("10:00", "10:30", 300),
            Marks("11:00", "11:30", 300, "11:01"),
            Confidence.CERTAIN,
        ),
        (
            Marks("10:00", "10:30", 300, "10:01"),
            Marks("10:00", "11:30", 300, "10:01"),
            None,
        ),
        # a full ring only rolled on
        (marks("10:00", 300), marks("10:30", 300), None),
        (marks("10:00", 250), marks("10:30", 300), None),
        (marks("10:00", 80), marks("10:00", 90), None),
        (marks("", 0), marks("10:00", 90), None),
        (marks("10:00", 80), marks("", 0), None),
        # history can be cleared by hand
        (marks("", 0, "a", "b"), marks("", 0), Confidence.POSSIBLE),
        (marks("", 0, "a", "b"), marks("", 0, "b", "c"), None),
        (marks("", 0), marks("", 0), None),
    ],
)
def test_tells_a_restart_by_log_and_history(before, after, confidence):
    restart = find_restart(before, after)
    assert (restart.confidence if restart else None) == confidence
    if restart:
        assert all(piece.text.endswith(".") for piece in restart.evidence)
