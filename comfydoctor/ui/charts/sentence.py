"""What a chart shows, in one sentence: for reading, and for screen readers."""

import math
from collections.abc import Sequence
from datetime import datetime

from comfydoctor.model.metric import Metric, Unit
from comfydoctor.ui.words import THIN, duration, number, share, size

NOTHING = "no reading in this time."
RISE = 0.1
"""Share of the whole range by which the last tenth must differ to be a trend."""


def figure(unit: Unit, value: float) -> str:
    """A value with its unit."""
    if unit is Unit.BYTES:
        return size(value)
    if unit is Unit.PERCENT:
        return share(value)
    if unit is Unit.SECONDS:
        return f"{number(value * 1000)}{THIN}ms" if value < 1 else duration(value)
    if unit is Unit.COUNT:
        return number(value)
    return f"{number(value)}{THIN}{unit.value}"


def moment(time: float, span: float) -> str:
    """Local time of a moment, as finely as a stretch of ``span`` seconds asks."""
    there = datetime.fromtimestamp(time)
    if span <= 600:
        return f"{there:%H:%M:%S}"
    if span <= 86_400:
        return f"{there:%a %H:%M}"
    return f"{there:%d %b %H:%M}" if span <= 14 * 86_400 else f"{there:%d %b %Y}"


def tick(unit: Unit, value: float) -> str:
    """The same for an axis: nothing after the point that is zero."""
    return "0" if value == 0 else figure(unit, value).replace(".0" + THIN, THIN)


def sentence(
    metric: Metric, span: float, values: Sequence[float], *, live: bool = True
) -> str:
    """``GPU load, last 5 min: now 71 %, between 3 % and 98 %, rising`` as words."""
    stretch = f"last {duration(span)}" if live else f"{duration(span)} of the past"
    head, when = f"{metric.title}, {stretch}: ", "now" if live else "at the end"
    there = [value for value in values if not math.isnan(value)]
    if not there:
        return head + NOTHING
    low, high = min(there), max(there)
    last = values[-1]
    now = f"{when} {figure(metric.unit, last)}"
    if math.isnan(last):
        now = f"no reading {when}"
    if figure(metric.unit, low) == figure(metric.unit, high):
        return f"{head}{now}, steady."
    between = f"between {figure(metric.unit, low)} and {figure(metric.unit, high)}"
    return f"{head}{now}, {between}{_trend(there, low, high)}."


def _trend(values: list[float], low: float, high: float) -> str:
    if len(values) < 20 or high <= low:
        return ""
    part = max(1, len(values) // 10)
    begin = sum(values[:part]) / part
    end = sum(values[-part:]) / part
    change = (end - begin) / (high - low)
    if abs(change) < RISE * 3:
        return ""
    return ", rising" if change > 0 else ", falling"


def nice_top(unit: Unit, value: float) -> float:
    """The upper end of a y axis that starts at zero."""
    if unit is Unit.PERCENT:
        return 100.0
    if math.isnan(value) or value <= 0:
        return 4.0 if unit is Unit.COUNT else 1.0
    base = 2.0**30 if unit is Unit.BYTES and value >= 2**30 else 1.0
    scaled = value / base
    power = 10.0 ** math.floor(math.log10(scaled))
    for step in (1, 2, 3, 4, 5, 6, 8, 10):
        if scaled <= step * power * 1.0001:
            return max(step * power * base, 4.0 if unit is Unit.COUNT else 0.0)
    return 10 * power * base
