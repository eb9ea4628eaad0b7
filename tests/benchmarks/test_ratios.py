"""Quick versions of the benchmarks: ``pytest -m benchmark tests/benchmarks``.

Left out of a run without ``-m benchmark``. Ratios are of medians of interleaved runs;
where the machine itself delays a bare window beyond the goal, nothing can be said.
"""

import pytest

from tests.benchmarks.loop_delay import MEGABYTES, RATE, figures, measure
from tests.benchmarks.model_headers import figures as model_figures
from tests.benchmarks.model_headers import make_models
from tests.benchmarks.server_cost import (
    frozen_beside_another,
    frozen_in_flood,
    simulator,
    steady,
)
from tests.benchmarks.startup import (
    hostile_figures,
    measure_hostile,
    measure_useful,
    useful_figures,
)

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(300)]
ROUNDS = 11


def assert_met(rows):
    missed = [f"{r.name}: {r.value:.3f}, goal {r.goal}" for r in rows if not r.met]
    assert not missed


def test_a_start_is_near_a_bare_window_and_far_from_the_obvious_build():
    assert_met(useful_figures(measure_useful(ROUNDS)))


def test_a_server_in_trouble_does_not_delay_the_first_paint():
    assert_met(hostile_figures(measure_hostile(ROUNDS)))


def test_a_flood_of_events_leaves_the_window_free():
    loop = measure("nothing", 12.0, rate=RATE)
    assert loop.skipped > 0, (loop.sent, loop.problems)
    assert_met_here(loop, figures("flood", loop))


def test_thirty_megabytes_of_definitions_leave_the_window_free():
    loop = measure("definitions", 20.0, size=MEGABYTES)
    assert loop.done > 0, loop.problems
    assert not loop.problems
    assert_met_here(loop, figures("definitions", loop))


def assert_met_here(loop, rows):
    if max(loop.bare) > 0.025:
        pytest.skip("this machine delays a bare window, too")
    assert_met(row for row in rows if row.unit == "ms")


@pytest.mark.parametrize("scenario", ["test-bench", "healthy-studio"])
def test_watching_asks_little(scenario):
    with simulator(scenario) as url:
        assert_met(steady(scenario, url, 15.0))


def test_a_frozen_window_troubles_nobody():
    with simulator("test-bench") as url:
        assert_met(frozen_beside_another(url, 10.0))
    assert_met(frozen_in_flood(8.0))


def test_ten_thousand_models_are_checked_in_a_few_listings(tmp_path):
    pytest.importorskip("safetensors")
    assert_met(model_figures(tmp_path, make_models(tmp_path)))
