import math

import pytest

from comfydoctor.errors import ReadOnly
from comfydoctor.model.metric import Sample
from comfydoctor.store.database import Database
from comfydoctor.store.samples import Samples
from comfydoctor.store.schema import SAMPLES


@pytest.fixture
def readings(tmp_path):
    database = Database(tmp_path / "samples.db", SAMPLES)
    yield database
    database.close()


def test_readings_come_back_in_order_with_gaps_as_gaps(readings):
    samples = Samples(readings, "s")
    samples.add(
        [
            Sample("gpu.load", 3.0, 30.0, "gpu0"),
            Sample("gpu.load", 1.0, 10.0, "gpu0"),
            Sample("gpu.load", 2.0, math.nan, "gpu0"),
            Sample("gpu.load", 2.0, 99.0, "gpu1"),
            Sample("host.cpu", 2.0, 50.0),
        ]
    )
    times, values = samples.range("gpu.load", "gpu0", 0, 10)
    assert times == [1.0, 2.0, 3.0]
    assert values[0] == 10.0
    assert math.isnan(values[1])
    assert samples.range("gpu.load", "gpu0", 1.5, 2.5)[0] == [2.0]
    assert samples.subjects("gpu.load") == ("gpu0", "gpu1")
    assert samples.range("gpu.power", "", 0, 10) == ([], [])


def test_servers_do_not_mix(readings):
    one, other = Samples(readings, "a"), Samples(readings, "b")
    one.add([Sample("queue.remaining", 1.0, 1.0)])
    other.add([Sample("queue.remaining", 1.0, 2.0)])
    assert one.range("queue.remaining", "", 0, 9) == ([1.0], [1.0])


def test_nothing_to_add_is_fine(readings):
    Samples(readings).add([])


def test_old_readings_are_thinned_to_one_a_minute_then_dropped(readings):
    samples = Samples(readings)
    now = 100 * 86400.0
    for age_days in (0.5, 2.5, 31.0):
        start = now - age_days * 86400
        samples.add(Sample("host.cpu", start + i * 10, float(i)) for i in range(18))
    samples.prune(now)
    assert len(samples.range("host.cpu", "", now - 86400, now)[0]) == 18
    times, values = samples.range("host.cpu", "", now - 3 * 86400, now - 2 * 86400)
    assert values == [0.0, 6.0, 12.0]
    assert [time % 60 for time in times] == [0.0, 0.0, 0.0]
    assert samples.range("host.cpu", "", 0, now - 30 * 86400)[0] == []
    samples.prune(now)
    assert len(samples.range("host.cpu", "", 0, now)[0]) == 21


def test_a_failed_write_does_not_remember_its_series(tmp_path):
    database = Database(tmp_path / "samples.db", SAMPLES)
    samples = Samples(database)
    database.read_only = "not now"
    with pytest.raises(ReadOnly):
        samples.add([Sample("host.cpu", 1.0, 1.0)])
    database.read_only = ""
    samples.add([Sample("host.cpu", 1.0, 1.0)])
    assert samples.range("host.cpu", "", 0, 2)[1] == [1.0]
    database.close()
