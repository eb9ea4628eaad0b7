"""What is heavy is loaded in a thread; garbage is collected on the window's thread."""

import gc

from comfydoctor.ui.collector import MIDDLE_EVERY, Collector
from comfydoctor.ui.heavy import Heavy


def test_the_charts_are_loaded_in_a_thread(qtbot):
    heavy = Heavy()
    with qtbot.waitSignal(heavy.loaded, timeout=30_000):
        heavy.start()
    assert heavy.ready
    assert heavy.wait(5.0)


def test_loading_twice_tells_twice_and_loads_once(qtbot):
    for _ in range(2):
        heavy = Heavy()
        with qtbot.waitSignal(heavy.loaded, timeout=30_000):
            heavy.start()
        assert heavy.wait(5.0)


class Cycle:
    gone = 0

    def __init__(self):
        self.me = self

    def __del__(self):
        Cycle.gone += 1


def test_only_the_collector_collects_while_it_runs(qapp):
    collector = Collector()
    collector.start()
    try:
        assert not gc.isenabled()
        Cycle()
        for _ in range(MIDDLE_EVERY):
            collector.collect()
        assert Cycle.gone == 1
    finally:
        collector.stop()
    assert gc.isenabled()
