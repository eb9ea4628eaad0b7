"""The ring: stretches, gaps, a clock that is set back, bounds."""

import math
import subprocess
import sys

from comfydoctor.model.metric import Sample
from comfydoctor.telemetry.series import MOST_SERIES, History, Series


def filled(count, capacity=100):
    series = Series(capacity)
    for second in range(count):
        series.append(float(second), second * 10.0)
    return series


def test_a_stretch_is_what_lies_between_both_ends_included():
    window = filled(50).between(10, 13)
    assert list(window.times) == [10, 11, 12, 13]
    assert list(window.values) == [100, 110, 120, 130]


def test_old_readings_go_and_memory_stays_bounded():
    series = filled(100_000)
    assert 100 <= len(series) <= 200
    assert series.last == (99_999, 999_990)
    assert series.between(99_900, 99_999).times[0] == 99_900


def test_gaps_stay_in_the_stretch():
    series = Series()
    for time, value in ((1, 5), (2, math.nan), (3, 6)):
        series.append(time, value)
    values = list(series.between(0, 9).values)
    assert values[0] == 5
    assert math.isnan(values[1])
    assert values[2] == 6


def test_when_the_clock_is_set_back_what_lay_after_goes():
    series = filled(50)
    series.append(20.5, 1.0)
    series.append(21.0, 2.0)
    window = series.between(19, 100)
    assert list(window.times) == [19, 20, 20.5, 21]
    assert list(window.times) == sorted(window.times)


def test_a_second_reading_of_the_same_moment_replaces_the_first():
    series = Series()
    series.append(1, 1)
    series.append(1, 2)
    assert (len(series), series.last) == (1, (1, 2))


def test_history_keeps_subjects_apart(hands):
    history = History(hands)
    history.add(
        Sample("gpu.load", hands.now - 1, value, subject)
        for subject, value in (("gpu0", 10.0), ("gpu1", 90.0))
    )
    assert history.subjects("gpu.load") == ("gpu0", "gpu1")
    assert list(history.window("gpu.load", "gpu1", 60).values) == [90]
    assert history.names() == (("gpu.load", "gpu0"), ("gpu.load", "gpu1"))
    assert len(history.window("gpu.load", "gpu7", 60)) == 0
    assert len(history.window("gpu.load", "gpu1", 0.5)) == 0


def test_the_last_value_grows_stale(hands):
    history = History(hands)
    history.add([Sample("host.cpu", hands.now, 42.0)])
    assert history.last("host.cpu") == 42
    hands.now += 11
    assert math.isnan(history.last("host.cpu"))
    assert history.last("host.cpu", age=60) == 42
    assert math.isnan(history.last("host.none"))


def test_a_server_cannot_fill_our_memory_with_series(hands):
    history = History(hands)
    history.add(Sample("gpu.load", 1, 1, f"gpu{n}") for n in range(MOST_SERIES + 7))
    assert len(history.names()) == MOST_SERIES
    assert history.refused == 7


def test_series_need_the_standard_library_only():
    script = (
        "import sys, comfydoctor.telemetry.series\n"
        "bad = {'numpy', 'psutil', 'pydantic', 'httpx', 'asyncio', 'logging'}\n"
        "print(sorted(bad & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True
    )
    assert done.stdout.strip() == "[]", done.stderr
