"""A slow run becomes findings with figures, and a usual one takes them back."""

import asyncio

import pytest

from comfydoctor.content.catalogue import Catalogue
from comfydoctor.diagnosis.board import Board
from comfydoctor.diagnosis.signatures import Matcher
from comfydoctor.doctor.baselines import SLOW, Baselines
from comfydoctor.doctor.state import State
from comfydoctor.model.change import JobEnded, LinesAdded
from comfydoctor.model.job import Job, JobState
from comfydoctor.model.logline import LogLine
from comfydoctor.model.metric import Sample
from comfydoctor.model.server import ServerProfile
from comfydoctor.store.database import Database
from comfydoctor.store.jobs import Jobs
from comfydoctor.store.samples import Samples
from comfydoctor.store.schema import SAMPLES
from comfydoctor.telemetry.series import History

NOW = 1_800_000_000.0
MATCHER = Matcher(Catalogue())


def job(number, seconds, name="Portrait"):
    ended = NOW - 5000 + 100 * number
    return Job(
        f"{name}{number}",
        JobState.SUCCEEDED,
        started=ended - seconds,
        ended=ended,
        workflow_name=name,
    )


class Ward:
    """Everything real but the server."""

    def __init__(self):
        self.announced = []
        self.state = State(ServerProfile("s", "http://s"), lambda: NOW)
        self.board = Board(lambda: NOW)
        self.series = History(lambda: NOW)
        self.jobs = Jobs(Database(None), "s")
        self.samples = Samples(Database(None, SAMPLES), "s")
        self.baselines = Baselines(
            self.state,
            self.board,
            self.series,
            jobs=self.jobs,
            samples=self.samples,
            matcher=self.matcher,
            announce=self.announced.append,
        )

    async def matcher(self):
        return MATCHER

    def read(self, **values):
        for metric, value in values.items():
            subject = "gpu0" if metric.startswith("gpu") else ""
            name = metric.replace("__", ".")
            self.series.add(
                Sample(name, NOW - 30 + n, value, subject) for n in range(30)
            )

    def ended(self, made):
        self.baselines.on_change(JobEnded(made))

    @property
    def causes(self):
        return [finding.cause for finding in self.board.open()]


@pytest.fixture
async def ward():
    made = Ward()
    made.jobs.keep(*(job(number, 3.0) for number in range(8)))
    task = asyncio.get_running_loop().create_task(made.baselines.run())
    while made.baselines._catalogue is None:
        await asyncio.sleep(0.001)
    yield made
    task.cancel()
    await asyncio.wait({task})


async def test_a_slow_run_and_its_reason_are_found_and_taken_back(ward):
    ward.read(gpu__load=97.0, gpu__temperature=91.0, gpu__power=155.0)
    ward.ended(job(20, 30.0))
    assert sorted(ward.causes) == ["card-throttles", SLOW]
    slow = ward.board.get(f"{SLOW}:Portrait")
    said = " ".join(evidence.text for evidence in slow.evidence)
    assert "It took 30.0 s, 10.0 times its normal" in said
    assert "Normal here: 3.0 s" in said and "91 °C" in said
    ward.ended(job(21, 3.0))
    assert ward.causes == []


async def test_models_that_load_again_are_seen_in_the_console(ward):
    ward.read(gpu__load=4.0)
    lines = tuple(LogLine(f"Requested to load {n}") for n in ("SDXL", "VAE"))
    ward.baselines.on_change(LinesAdded(lines))
    ward.ended(job(20, 30.0))
    assert sorted(ward.causes) == ["ram-thrash", SLOW]


async def test_a_busy_card_alone_is_no_second_finding(ward):
    ward.read(gpu__load=99.0, gpu__temperature=60.0, gpu__power=300.0)
    ward.ended(job(20, 30.0))
    assert ward.causes == [SLOW]


async def test_usual_and_new_workflows_are_no_findings(ward):
    ward.ended(job(20, 3.5))
    ward.ended(job(21, 300.0, "Video"))
    assert ward.causes == []
    assert ward.announced == []
    assert {normal.workflow for normal in ward.baselines.runs()} == {
        "Portrait",
        "Video",
    }


async def test_another_slow_workflow_keeps_the_reason_open(ward):
    ward.read(gpu__load=97.0, gpu__temperature=91.0, gpu__power=155.0)
    for number in range(30, 35):
        ward.ended(job(number, 2.0, "Sketch"))
    ward.ended(job(36, 30.0, "Sketch"))
    ward.ended(job(37, 3.0, "Portrait"))
    assert "card-throttles" in ward.causes


async def test_the_usual_value_of_a_metric_is_known_after_some_hours(ward):
    for hour in range(10):
        start = NOW - (12 - hour) * 3600
        ward.samples.add(Sample("host.cpu", start + n, 40.0 + hour) for n in range(99))
    ward.samples.tidy(NOW)
    ward.samples.add([Sample("host.ram_used", NOW - 60, 1e9)])
    again = asyncio.get_running_loop().create_task(ward.baselines.run())
    while not ward.baselines.normals():
        await asyncio.sleep(0.001)
    assert ward.baselines.normals() == {"host.cpu": 44.5}
    assert ward.baselines.band("host.cpu") == (41.0, 48.0)
    assert ward.baselines.band("host.ram_used") is None
    again.cancel()
    await asyncio.wait({again})
