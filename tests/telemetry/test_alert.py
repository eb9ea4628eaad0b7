"""A rule waits, speaks once, comes back with room, and survives a sleep."""

import math

from comfydoctor.model.alert import AlertRule
from comfydoctor.model.finding import Severity
from comfydoctor.telemetry.alert import Alerts, View

HOT = AlertRule(
    "hot", "Hot", "about", Severity.WARNING, metric="gpu.temperature", over=80.0
)


def rule(**values):
    return AlertRule("r", "Title", "about", Severity.WARNING, **values)


class Watching:
    """Feeds one rule second by second."""

    def __init__(self, watched):
        self.alerts = Alerts([watched])
        self.now = 0.0

    def look(self, seconds, *, every=5.0, normals=None, findings=(), **readings):
        """Everything that changed while these stood still."""
        changed = []
        until = self.now + seconds
        keys = {(name.replace("__", "."), ""): v for name, v in readings.items()}
        while self.now < until:
            self.now += every
            view = View(self.now, 1e9 + self.now, keys, normals or {}, findings)
            changed += self.alerts.take(view)
        return [alert.ended is None for alert in changed]


def test_it_speaks_once_after_its_time_and_ends_with_room():
    watching = Watching(HOT)
    assert watching.look(60, gpu__temperature=90.0) == []
    assert watching.look(60, gpu__temperature=90.0) == [True]
    assert watching.look(600, gpu__temperature=79.0) == []  # not back far enough
    assert watching.look(60, gpu__temperature=70.0) == [False]
    assert watching.alerts.open() == ()


def test_a_peak_is_no_alert():
    watching = Watching(HOT)
    for _ in range(20):
        assert watching.look(50, gpu__temperature=90.0) == []
        assert watching.look(5, gpu__temperature=70.0) == []


def test_nothing_is_said_for_what_lasted_only_in_sleep():
    watching = Watching(HOT)
    watching.look(10, gpu__temperature=90.0)
    watching.now += 3600.0
    assert watching.look(60, gpu__temperature=90.0) == []
    assert watching.look(30, gpu__temperature=90.0) == [True]


def test_no_reading_neither_begins_nor_ends_an_alert():
    watching = Watching(HOT)
    assert watching.look(300, gpu__temperature=math.nan) == []
    watching.look(120, gpu__temperature=90.0)
    assert watching.look(300, gpu__temperature=math.nan) == []
    assert len(watching.alerts.open()) == 1


def test_no_reading_can_be_the_question():
    watching = Watching(rule(metric="server.latency", missing=True))
    assert watching.look(120, server__latency=0.01) == []
    assert watching.look(120, server__latency=math.nan) == [True]
    assert watching.look(120, server__latency=0.01) == [False]


def test_a_share_and_a_lower_bound():
    share = rule(metric="gpu.vram_used", share_of="gpu.vram_total", over=90.0)
    used = {"gpu__vram_used": 23.0, "gpu__vram_total": 24.0}
    assert Watching(share).look(120, **used) == [True]
    assert Watching(share).look(120, gpu__vram_used=23.0) == []
    low = rule(metric="host.disk_free", under=5.0)
    assert Watching(low).look(120, host__disk_free=4.0) == [True]
    assert Watching(low).look(120, host__disk_free=6.0) == []


def test_times_normal_needs_a_normal():
    often = rule(metric="process.ram", times_normal=2.0)
    assert Watching(often).look(120, process__ram=9.0) == []
    normals = {"process.ram": 3.0}
    assert Watching(often).look(120, normals=normals, process__ram=9.0) == [True]
    assert Watching(often).look(120, normals=normals, process__ram=5.0) == []


def test_a_finding_speaks_at_once():
    stuck = Watching(rule(finding="prompt-worker-dead", seconds=0.0))
    assert stuck.look(5, findings={"other"}) == []
    assert stuck.look(5, findings={"prompt-worker-dead"}) == [True]
    assert stuck.look(5) == [False]
