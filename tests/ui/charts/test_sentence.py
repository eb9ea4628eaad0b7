"""Each chart says in one sentence what it shows."""

import math

import pytest

from comfydoctor.model.metric import METRICS, Unit
from comfydoctor.ui.charts.sentence import figure, nice_top, sentence, tick

BY_ID = {metric.id: metric for metric in METRICS}
T = "\u202f"


def test_now_range_and_trend():
    said = sentence(BY_ID["gpu.load"], 300.0, [float(i) for i in range(100)])
    assert said == (
        f"GPU load, last 5{T}min: now 99{T}%, between 0{T}% and 99{T}%, rising."
    )


def test_no_reading_is_said_and_not_shown_as_zero():
    load = BY_ID["gpu.load"]
    assert sentence(load, 300.0, []).endswith("no reading in this time.")
    assert sentence(load, 300.0, [math.nan]).endswith("no reading in this time.")
    assert "no reading now" in sentence(load, 300.0, [5.0, 9.0, math.nan])


def test_steady():
    assert sentence(BY_ID["queue.remaining"], 3600.0, [3.0] * 50).endswith("steady.")


@pytest.mark.parametrize(
    ("unit", "value", "top"),
    [
        (Unit.PERCENT, 12.0, 100.0),
        (Unit.COUNT, 0.0, 4.0),
        (Unit.COUNT, 7.0, 8.0),
        (Unit.WATT, 231.0, 300.0),
        (Unit.BYTES, 11 * 2.0**30, 20 * 2.0**30),
        (Unit.CELSIUS, math.nan, 1.0),
    ],
)
def test_axes_end_at_round_figures(unit, value, top):
    assert nice_top(unit, value) == top


def test_units():
    assert figure(Unit.SECONDS, 0.012) == f"12{T}ms"
    assert figure(Unit.CELSIUS, 61.0) == f"61{T}°C"
    assert tick(Unit.BYTES, 24 * 2.0**30) == f"24{T}GB"
    assert tick(Unit.WATT, 0.0) == "0"
