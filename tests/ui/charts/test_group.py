"""Zooming and going back in time keep what is looked at in its place."""

import math

import pytest

from comfydoctor.model.job import Job, JobState
from comfydoctor.ui.charts.group import LONGEST, SHORTEST, ChartGroup
from comfydoctor.ui.charts.spans import bars_of
from comfydoctor.ui.readings import Readings
from comfydoctor.ui.theme import Style

NOW = 1_800_000_000.0


@pytest.fixture
def group(qtbot):
    made = ChartGroup(Style(), None, ("host.cpu", "gpu.load"), lambda: NOW)
    qtbot.addWidget(made)
    made.resize(900, 600)
    made.show_server("", Readings())
    made.show()
    return made


def test_a_zoom_at_the_edge_stays_live(group):
    group.zoom(2.0, 0.0)
    assert (group.span, group.paused_at) == (600.0, 0.0)
    assert not any(made.isChecked() for made in group.spans)


def test_a_zoom_into_the_past_keeps_its_moment(group):
    group.set_span(3600.0)
    group.zoom(0.5, -1800.0)
    assert group.span == 1800.0
    first, last = group.window_shown()
    assert first < NOW - 1800.0 < last
    assert (NOW - 1800.0 - first) / group.span == pytest.approx(0.5)
    assert group.pause.text() == "Go on"


def test_zooming_has_ends(group):
    group.zoom(1e9, 0.0)
    assert group.span == LONGEST
    group.zoom(1e-9, 0.0)
    assert group.span == SHORTEST


def test_a_drag_goes_back_and_forth_until_now(group):
    group.go_back(1000.0)
    assert group.paused_at == NOW - 1000.0
    chart = group.charts["host.cpu"]
    chart.live_wanted.emit()
    assert group.paused_at == 0.0
    group.go_back(-50.0)
    assert group.paused_at == 0.0


def test_saving_says_where_or_why_not(group, tmp_path):
    group._tool.save_to(tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_text().startswith("time,metric")
    group._tool.save_to(tmp_path / "a.png")
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    group._tool.save_to(tmp_path / "none" / "a.csv")
    assert "could not be written" in group._tool.said.text()


def test_jobs_stand_on_the_time_axis(group):
    jobs = (
        Job("a", JobState.SUCCEEDED, started=NOW - 100, ended=NOW - 50),
        Job("b", JobState.RUNNING, started=NOW - 20),
        Job("c", JobState.PENDING),
    )
    bars = bars_of(jobs, NOW)
    assert [(bar.start, bar.end) for bar in bars] == [
        (NOW - 100, NOW - 50),
        (NOW - 20, NOW),
    ]
    group.show_jobs(jobs)
    group.draw()
    strip = group.charts["host.cpu"].jobs
    assert strip.isVisible() and "2 jobs" in strip.accessibleDescription()


def test_marks_appear_when_they_are_known(group):
    chart = group.charts["host.cpu"]
    chart.marks.set_band((10.0, 30.0))
    chart.marks.set_levels((90.0,))
    assert chart.marks._band.getRegion() == (10.0, 30.0)
    chart.marks.set_band((math.nan, 30.0))
    assert not chart.marks._band.isVisible()
    chart.marks.set_levels(())
    assert chart.marks._lines == []
