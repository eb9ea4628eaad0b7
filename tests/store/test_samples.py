"""What was read comes back: now, after its hour, after a year, after trouble."""

import math
import os
import random
import signal
import sqlite3
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from comfydoctor.errors import ReadOnly
from comfydoctor.model.metric import Sample
from comfydoctor.store.database import Database
from comfydoctor.store.samples import Samples, scopes
from comfydoctor.store.samples_tiers import DAY, HOUR, Retention
from comfydoctor.store.schema import SAMPLES, Schema

NOON = 1_800_000_000.0 // HOUR * HOUR


@pytest.fixture
def readings(tmp_path):
    database = Database(tmp_path / "samples.db", SAMPLES)
    yield database
    database.close()


def loads(start, count, every=1.0, seed=1):
    """Loads of a card as its driver tells them."""
    chance = random.Random(seed)
    return [
        Sample("gpu.load", start + place * every, float(chance.randrange(101)), "gpu0")
        for place in range(count)
    ]


def pairs(samples):
    return [s.time for s in samples], [s.value for s in samples]


def rows(database, table):
    return database.read(f"SELECT count(*) FROM {table}")[0][0]


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
    for _ in range(2):
        times, values = samples.range("gpu.load", "gpu0", 0, 10)
        assert times == [1.0, 2.0, 3.0]
        assert values[0] == 10.0
        assert math.isnan(values[1])
        assert samples.range("gpu.load", "gpu0", 1.5, 2.5)[0] == [2.0]
        samples.tidy(2 * HOUR, Retention(raw=1e9))  # and again from a chunk
    assert rows(readings, "tail") == 0
    assert samples.subjects("gpu.load") == ("gpu0", "gpu1")
    assert samples.range("gpu.power", "", 0, 10) == ([], [])


def test_servers_do_not_mix(readings):
    one, other = Samples(readings, "a"), Samples(readings, "b")
    one.add([Sample("queue.remaining", 1.0, 1.0)])
    other.add([Sample("queue.remaining", 1.0, 2.0)])
    one.tidy(2 * HOUR, Retention(raw=1e9))
    assert one.range("queue.remaining", "", 0, 9) == ([1.0], [1.0])
    assert other.range("queue.remaining", "", 0, 9) == ([1.0], [2.0])
    assert scopes(readings) == ("a", "b")


def test_nothing_to_add_is_fine(readings):
    Samples(readings).add([])


def test_packing_an_hour_loses_no_reading(readings):
    samples = Samples(readings)
    taken = loads(NOON - 1000, 5000)
    samples.add(taken)
    before = samples.range("gpu.load", "gpu0", 0, NOON + DAY)
    samples.tidy(NOON + 2 * HOUR + 9)
    assert samples.range("gpu.load", "gpu0", 0, NOON + DAY) == before == pairs(taken)
    assert rows(readings, "tail") == 0


def test_the_hour_that_is_not_over_stays_in_the_tail(readings):
    samples = Samples(readings)
    samples.add(loads(NOON - 10, 20))
    samples.tidy(NOON + 30)
    assert rows(readings, "tail") == 1
    assert len(samples.range("gpu.load", "gpu0", NOON - 99, NOON + 99)[0]) == 20


def test_what_comes_late_joins_its_hour(readings):
    samples = Samples(readings)
    taken = loads(NOON, 3000)
    samples.add(taken[:1000] + taken[2000:])
    samples.tidy(NOON + 2 * HOUR)
    samples.add(taken[1000:2000])
    assert samples.range("gpu.load", "gpu0", NOON, NOON + HOUR) == pairs(taken)
    samples.tidy(NOON + 2 * HOUR)
    assert samples.range("gpu.load", "gpu0", NOON, NOON + HOUR) == pairs(taken)
    day = samples.stretch("gpu.load", "gpu0", NOON, NOON + HOUR, points=60)
    assert max(day.high) == max(s.value for s in taken)


def test_a_clock_set_back_writes_beside_what_is_there(readings):
    samples = Samples(readings)
    samples.add(loads(NOON, 100))
    samples.tidy(NOON + 2 * HOUR)
    again = [Sample("gpu.load", NOON + 50, 7.0, "gpu0")]
    samples.add(again)
    times, values = samples.range("gpu.load", "gpu0", NOON, NOON + HOUR)
    assert len(times) == 100 and times == sorted(times)
    assert values[50] == 7.0


def test_a_coarser_view_keeps_the_extremes_of_packed_and_fresh(readings):
    samples = Samples(readings)
    taken = loads(NOON - 6 * HOUR, 7 * HOUR, every=1.0)
    samples.add(taken)
    samples.tidy(NOON + 30)
    seen = samples.stretch("gpu.load", "gpu0", NOON - 6 * HOUR, NOON + HOUR, 100)
    assert seen.step == 60.0
    assert len(seen) == 7 * 60
    assert (min(seen.low), max(seen.high)) == (0.0, 100.0)
    assert list(seen.times) == sorted(set(seen.times))


def test_old_readings_live_on_in_coarser_tiers(readings):
    samples = Samples(readings)
    now = NOON
    for days in (500.0, 200.0, 60.0, 20.0, 2.0):
        samples.add(loads(now - days * DAY, 1800))
        samples.tidy(now)
    steps = {}
    for days in (500.0, 200.0, 60.0, 20.0, 2.0):
        start = now - days * DAY
        times, _ = samples.range("gpu.load", "gpu0", start, start + 1800)
        steps[days] = len(times)
    assert steps == {500.0: 0, 200.0: 3, 60.0: 30, 20.0: 180, 2.0: 1800}
    year = samples.stretch("gpu.load", "gpu0", now - 365 * DAY, now)
    assert year.step == HOUR
    assert 4 <= len(year) <= 8


def test_readings_of_an_earlier_version_are_moved_and_none_is_lost(tmp_path):
    path = tmp_path / "samples.db"
    first = Schema(SAMPLES.name, SAMPLES.application_id, SAMPLES.steps[:1])
    Database(path, first).close()
    taken = loads(NOON - 20 * HOUR, 2000, every=36.0)
    with sqlite3.connect(path) as old:
        old.execute("INSERT INTO series VALUES (1, 's', 'gpu.load', 'gpu0')")
        gap = [(1, NOON - 30 * HOUR, None)]
        old.executemany(
            "INSERT INTO sample VALUES (1, ?, ?)", [(s.time, s.value) for s in taken]
        )
        old.executemany("INSERT INTO sample VALUES (?, ?, ?)", gap)
    old.close()
    database = Database(path, SAMPLES)
    samples = Samples(database, "s")
    for _ in range(5):
        times, values = samples.range("gpu.load", "gpu0", NOON - 2 * DAY, NOON)
        assert math.isnan(values[0]) and times[0] == NOON - 30 * HOUR
        assert (times[1:], values[1:]) == pairs(taken)
        samples.tidy(NOON)
    assert rows(database, "sample") == 0
    database.close()


def test_a_damaged_chunk_is_a_gap(readings):
    samples = Samples(readings)
    samples.add(loads(NOON - 2 * HOUR, 7200))
    samples.tidy(NOON + 60)
    readings.write(
        lambda c: c.execute(
            "UPDATE chunk SET body = x'00' WHERE start = ? AND step = 0", (NOON - HOUR,)
        )
    )
    assert len(samples.range("gpu.load", "gpu0", NOON - 2 * HOUR, NOON)[0]) == 3600


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


def test_the_size_is_told(readings):
    samples = Samples(readings)
    assert math.isnan(samples.size().bytes_per_month)
    samples.add(loads(NOON - DAY, 86_400))
    samples.tidy(NOON + 60)
    size = samples.size()
    assert (size.series, size.first) == (1, NOON - DAY)
    assert size.file_bytes > 0
    assert 10_000 < size.bytes_per_day < 200_000


VICTIM = """
    import sys, time
    from pathlib import Path
    from comfydoctor.model.metric import Sample
    from comfydoctor.store.database import Database
    from comfydoctor.store.samples import Samples
    from comfydoctor.store.schema import SAMPLES
    samples = Samples(Database(Path(sys.argv[1]), SAMPLES), "s")
    for number in range(100_000):
        samples.add([Sample("host.cpu", float(number), float(number % 100))])
        print(number, flush=True)
"""


def test_what_was_written_survives_kill_9(tmp_path):
    path = tmp_path / "samples.db"
    victim = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(VICTIM), str(path)],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
        text=True,
    )
    written = [victim.stdout.readline() for _ in range(50)]
    os.kill(victim.pid, signal.SIGKILL)
    written += victim.stdout.read().splitlines()
    victim.stdout.close()
    victim.wait()
    database = Database(path, SAMPLES)
    times, _ = Samples(database, "s").range("host.cpu", "", 0, 1e6)
    last = int([line for line in written if line.strip()][-1])
    assert times[: last + 1] == [float(n) for n in range(last + 1)]
    database.close()
