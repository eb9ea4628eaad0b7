import pytest

from comfydoctor.simulator.pace import Pace


async def test_the_past_is_run_through_without_waiting() -> None:
    pace = Pace(clock=lambda: 1000.0)
    pace.rewind(600.0)
    await pace.sleep(100.0)
    assert pace.now() == 500.0
    assert pace.lived() == 100.0
    pace.catch_up()
    assert pace.now() == 1000.0


async def test_the_past_never_gets_ahead_of_the_present() -> None:
    pace = Pace(clock=lambda: 1000.0)
    pace.rewind(10.0)
    await pace.sleep(50.0)
    assert pace.now() == 1000.0


def test_simulated_seconds_grow_with_the_speed() -> None:
    now = 1000.0
    pace = Pace(4.0, clock=lambda: now)
    now = 1002.0
    assert pace.lived() == pytest.approx(8.0)
    assert pace.present() == pytest.approx(8.0)
