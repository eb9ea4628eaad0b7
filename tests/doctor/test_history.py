"""What was recorded is read aside, for a chart."""

from comfydoctor.doctor.history import Recorded
from comfydoctor.model.metric import Sample
from comfydoctor.store.database import Database
from comfydoctor.store.jobs import Jobs
from comfydoctor.store.samples import Samples
from comfydoctor.store.schema import SAMPLES


async def test_every_series_of_the_metrics_that_has_something(tmp_path):
    database = Database(tmp_path / "samples.db", SAMPLES)
    samples = Samples(database, "s")
    for metric, subject in (
        ("gpu.load", "gpu0"),
        ("gpu.load", "gpu1"),
        ("host.cpu", ""),
    ):
        samples.add([Sample(metric, 100.0, 5.0, subject)])
    samples.add([Sample("gpu.load", 9000.0, 5.0, "gpu2")])
    recorded = Recorded(samples, Jobs(Database(None), "s"))
    past = await recorded.past(["gpu.load"], 0.0, 1000.0)
    assert sorted(past) == [("gpu.load", "gpu0"), ("gpu.load", "gpu1")]
    assert list(past["gpu.load", "gpu0"].last) == [5.0]
    assert (await recorded.size()).series == 4
    database.close()
