"""Curves as SVG for a report that needs nothing from outside."""

import math
from collections.abc import Iterator, Sequence

from comfydoctor.model.dossier import Curve

WIDTH, HEIGHT, PAD = 640, 96, 4
MOST_POINTS = 640


def svg_of(curve: Curve) -> str:
    """An inline SVG with the curve; gaps stay gaps. Empty when there is no reading."""
    known = [value for value in curve.values if not math.isnan(value)]
    if not known:
        return ""
    low, high = min(0.0, *known), max(known)
    span = (high - low) or 1.0
    paths = "".join(
        f'<polyline points="{points}"/>' for points in _stretches(curve, low, span)
    )
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'preserveAspectRatio="none">{paths}</svg>'
    )


def _stretches(curve: Curve, low: float, span: float) -> Iterator[str]:
    """The points of each stretch without a gap."""
    start, end = curve.times[0], curve.times[-1]
    long = (end - start) or 1.0
    points: list[str] = []
    for time, value in _thinned(curve.times, curve.values):
        if math.isnan(value):
            if points:
                yield " ".join(points)
            points = []
            continue
        x = PAD + (WIDTH - 2 * PAD) * (time - start) / long
        y = HEIGHT - PAD - (HEIGHT - 2 * PAD) * (value - low) / span
        points.append(f"{x:.1f},{y:.1f}")
    if points:
        yield " ".join(points)


def _thinned(
    times: Sequence[float], values: Sequence[float]
) -> Iterator[tuple[float, float]]:
    """At most some hundred points; of each stretch its lowest and highest."""
    step = max(1, math.ceil(2 * len(times) / MOST_POINTS))
    for place in range(0, len(times), step):
        part = range(place, min(place + step, len(times)))
        if any(math.isnan(values[i]) for i in part):
            yield times[place], math.nan
            continue
        chosen = {min(part, key=values.__getitem__), max(part, key=values.__getitem__)}
        for i in sorted(chosen):
            yield times[i], values[i]
