"""What is normal is learnt, and only what no normal run explains is slow."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as some

from comfydoctor.model.job import Job, JobState
from comfydoctor.telemetry.baseline import (
    LEAST,
    NEW_LEVEL,
    Runs,
    Track,
    is_slow,
    normal_of,
)


def job(number, seconds, name="Portrait", state=JobState.SUCCEEDED, waited=1.0):
    start = 1000.0 * number
    return Job(
        f"{name}{number}",
        state,
        created=start - waited,
        started=start,
        ended=start + seconds,
        workflow_name=name,
    )


def runs(*seconds):
    """Runs of one workflow, one after another."""
    made = Runs()
    return made, [made.take(job(n, taken)) for n, taken in enumerate(seconds)]


def test_median_and_spread():
    normal = normal_of([3.0, 1.0, 2.0, 100.0, math.nan])
    assert (normal.median, normal.spread, normal.highest) == (2.5, 1.0, 100.0)
    assert normal_of([1.0] * (LEAST - 1)) is None


def test_a_run_of_ten_times_is_slow_and_says_its_figures():
    _, judged = runs(9.0, 3.0, 3.1, 3.0, 3.2, 30.0)
    assert judged[:-1] == [None] * 5
    slow = judged[-1]
    assert slow.times == pytest.approx(30.0 / slow.normal.median)
    assert not slow.cold


@given(some.lists(some.floats(5.0, 9.9), min_size=2, max_size=60))
def test_less_than_twice_is_never_slow(seconds):
    _, judged = runs(*seconds)
    assert judged == [None] * len(seconds)


def test_a_run_that_may_load_models_is_compared_with_its_like():
    made = Runs()
    for number in range(12):  # in turns: each may have to load
        assert made.take(job(2 * number, 20.0, "Video")) is None
        assert made.take(job(2 * number + 1, 9.0, "Portrait")) is None
    for number in range(30, 36):
        assert made.take(job(number, 3.0, "Portrait")) is None
    assert made.take(job(40, 20.0, "Video")) is None
    assert made.take(job(41, 9.0, "Portrait")) is None
    assert made.take(job(42, 9.5, "Portrait")) is not None


def test_one_slow_first_load_does_not_hide_later_ones():
    track = Track()
    taken = (25.0, 3.0, 3.0, 3.0, 3.0, 24.0, 25.0, 25.0, 3.0, 24.0)
    slow = [track.judge(seconds) is not None for seconds in taken]
    assert slow == [*[False] * 6, True, True, False, False]


def test_what_is_slow_for_long_becomes_normal():
    made, judged = runs(*[3.0] * 10, *[30.0] * (NEW_LEVEL + 3))
    assert sum(slow is not None for slow in judged) == NEW_LEVEL
    assert made.normals()[0].warm.median == 30.0


def test_nobody_minds_a_second():
    assert not is_slow(1.0, normal_of([0.1] * 9))


def test_a_slow_run_does_not_make_the_next_one_normal():
    track = Track()
    for seconds in (3.0, 3.0, 3.0, 3.0):
        track.judge(seconds)
    assert track.judge(30.0) and track.judge(30.0)
    assert track.judge(3.0) is None


def test_wait_and_success_are_known():
    made = Runs()
    states = (JobState.SUCCEEDED,) * 3 + (JobState.FAILED, JobState.INTERRUPTED)
    made.learn(job(n, 3.0, state=s, waited=2.0) for n, s in enumerate(states))
    normal = made.of(job(99, 1.0))
    assert normal.success == 0.75
    assert normal.wait.median == 2.0
    assert made.of(job(99, 1.0, "Other")) is None


def test_each_job_counts_once_and_one_without_a_name_not_at_all():
    made = Runs()
    for _ in range(3):
        made.take(job(1, 3.0))
        made.take(job(1, 3.0, name=""))
    assert [normal.runs for normal in made.normals()] == [1]
