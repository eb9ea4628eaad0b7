"""No two boxes overlap, every answer has its line, and lines lead downwards."""

import itertools
import random

import pytest

from comfydoctor.content.flowcharts import load_charts
from comfydoctor.content.places import resources_root
from comfydoctor.ui.flowchart.layout import Layout, lay_out

GAP = (24.0, 56.0)
CHARTS = load_charts(resources_root())


def placed(ways, start="a", size=(200.0, 50.0)) -> Layout:
    return lay_out(ways, start, dict.fromkeys(ways, size), GAP)


def overlaps(layout: Layout) -> list[tuple[str, str]]:
    def apart(one, other):
        return (
            abs(one.x - other.x) >= (one.width + other.width) / 2
            or one.y + one.height <= other.y
            or other.y + other.height <= one.y
        )

    pairs = itertools.combinations(layout.boxes.items(), 2)
    return [(a, b) for (a, one), (b, other) in pairs if not apart(one, other)]


def test_layers_go_downwards_and_siblings_stand_side_by_side():
    layout = placed({"a": [("yes", "b"), ("no", "c")], "b": [], "c": []})
    a, b, c = (layout.boxes[name] for name in "abc")
    assert a.y < b.y == c.y
    assert b.x < a.x < c.x
    assert layout.width >= 2 * 200 + GAP[0]


def test_a_line_back_up_is_drawn_from_below():
    layout = placed({"a": [("on", "b")], "b": [("again", "a"), ("ok", "c")], "c": []})
    again = next(line for line in layout.lines if line.answer == "again")
    assert (again.source, again.target) == ("b", "a")
    assert again.points[0][1] > again.points[-1][1]


def test_a_long_line_passes_each_layer_beside_the_boxes():
    ways = {"a": [("far", "d"), ("x", "b")], "b": [("x", "c")], "c": [("x", "d")]}
    layout = placed(ways | {"d": []})
    far = next(line for line in layout.lines if line.answer == "far")
    assert len(far.points) == 4
    for x, y in far.points[1:-1]:
        box = next(b for b in layout.boxes.values() if b.y == y)
        assert abs(box.x - x) > box.width / 2


@pytest.mark.parametrize("seed", range(12))
def test_any_chart_is_placed_without_overlaps(seed):
    dice = random.Random(seed)
    names = [f"n{i}" for i in range(dice.randint(2, 40))]
    ways = {
        name: [
            (f"a{k}", dice.choice(names[max(0, i - 3) :]))
            for k in range(dice.randint(0, 4))
        ]
        for i, name in enumerate(names)
    }
    for before, after in itertools.pairwise(names):
        ways[before].append(("next", after))
    layout = placed(ways, "n0")
    assert not overlaps(layout)
    assert len(layout.lines) == sum(len(answers) for answers in ways.values())
    assert min(box.x - box.width / 2 for box in layout.boxes.values()) >= -1e-6


@pytest.mark.parametrize("chart", CHARTS.values(), ids=lambda chart: chart.id)
def test_our_charts_are_placed_without_overlaps(chart):
    ways = {n.id: [(a.id, a.to) for a in n.answer] for n in chart.node}
    layout = placed(ways, chart.start)
    assert set(layout.boxes) == set(ways)
    assert not overlaps(layout)
