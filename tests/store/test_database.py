import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time

import pytest

from comfydoctor.errors import Damaged, DiskFull, ReadOnly, StoreError
from comfydoctor.store.ballast import Ballast
from comfydoctor.store.database import Database
from comfydoctor.store.schema import RECORDS, Schema

INSERT = "INSERT INTO attempt (entry, subject, time) VALUES (?, ?, ?)"


def add(database, number):
    database.write(lambda c: c.execute(INSERT, ("e", f"{number:06}", number)))


def count(database):
    return database.read("SELECT count(*) FROM attempt")[0][0]


def filled(path, backups, rows=200):
    database = Database(path, backups=backups)
    for number in range(rows):
        add(database, number)
    database.keep_copy()
    add(database, rows)
    database.close()


def test_what_is_written_is_there_after_opening_again(tmp_path):
    path = tmp_path / "x" / "records.db"
    first = Database(path)
    add(first, 1)
    first.close()
    second = Database(path)
    assert count(second) == 1
    assert second.notices == []
    assert second.read("PRAGMA journal_mode") == [("wal",)]
    second.close()


def test_a_failing_transaction_leaves_nothing(database):
    def work(connection):
        connection.execute(INSERT, ("e", "a", 1))
        raise RuntimeError

    with pytest.raises(RuntimeError):
        database.write(work)
    assert count(database) == 0
    add(database, 2)


def test_many_threads_write_and_read(database):
    def work(start):
        for number in range(start, start + 50):
            add(database, number)
            count(database)

    threads = [threading.Thread(target=work, args=(i * 50,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert count(database) == 200


def test_wrong_sql_is_an_error_of_ours(database):
    with pytest.raises(StoreError):
        database.read("SELECT * FROM nowhere")


def test_a_second_instance_only_reads(tmp_path):
    path = tmp_path / "records.db"
    first = Database(path)
    add(first, 1)
    second = Database(path, writer=False)
    assert count(second) == 1
    with pytest.raises(ReadOnly):
        add(second, 2)
    add(first, 2)
    assert count(second) == 2
    second.close()
    first.close()


def test_a_second_instance_without_a_file_starts_empty(tmp_path):
    database = Database(tmp_path / "records.db", writer=False)
    assert database.volatile
    assert count(database) == 0
    with pytest.raises(ReadOnly):
        add(database, 1)
    database.close()


def test_without_a_place_everything_stays_in_memory(tmp_path):
    (tmp_path / "file").write_text("in the way")
    database = Database(tmp_path / "file" / "records.db")
    assert database.volatile
    assert "cannot be kept" in database.notices[0]
    add(database, 1)
    assert count(database) == 1
    assert database.keep_copy() is None
    database.close()


def test_a_newer_schema_is_shown_and_never_changed(tmp_path):
    path = tmp_path / "records.db"
    newer = Schema(
        RECORDS.name,
        RECORDS.application_id,
        (*RECORDS.steps, ("CREATE TABLE tomorrow (a)",)),
    )
    database = Database(path, newer)
    add(database, 1)
    database.close()
    old = Database(path)
    assert "newer" in old.read_only
    assert count(old) == 1
    with pytest.raises(ReadOnly):
        add(old, 2)
    old.close()
    again = Database(path, newer)
    assert again.read("SELECT count(*) FROM tomorrow") == [(0,)]
    again.close()


def test_a_migration_leaves_a_copy_of_what_was(tmp_path):
    path, backups = tmp_path / "records.db", tmp_path / "backups"
    database = Database(path, backups=backups)
    add(database, 1)
    database.close()
    newer = Schema(
        RECORDS.name,
        RECORDS.application_id,
        (*RECORDS.steps, ("ALTER TABLE attempt ADD COLUMN more TEXT",)),
    )
    Database(path, newer, backups=backups).close()
    (copy,) = backups.glob("records-*.db")
    with sqlite3.connect(copy) as old:
        assert old.execute("PRAGMA user_version").fetchone() == (1,)
        assert old.execute("SELECT * FROM attempt").fetchall() == [("e", "000001", 1)]
    old.close()


def test_a_failing_migration_changes_nothing(tmp_path):
    path = tmp_path / "records.db"
    database = Database(path)
    add(database, 1)
    add(database, 2)
    database.close()
    broken = Schema(
        RECORDS.name,
        RECORDS.application_id,
        (
            *RECORDS.steps,
            ("CREATE TABLE half (a)", "CREATE UNIQUE INDEX one ON attempt (entry)"),
        ),
    )
    opened = Database(path, broken)
    assert opened.volatile
    opened.close()
    again = Database(path)
    assert count(again) == 2
    assert again.read("SELECT 1 FROM sqlite_master WHERE name = 'half'") == []
    again.close()


def test_copies_are_few_and_due_by_the_hour(tmp_path, clock):
    path, backups = tmp_path / "records.db", tmp_path / "backups"
    clock.now = time.time()
    database = Database(path, backups=backups, clock=clock)
    assert database.copy_due()
    for _ in range(8):
        database.keep_copy()
    assert len(list(backups.iterdir())) == 5
    assert not database.copy_due()
    clock.now += 7200
    assert database.copy_due()
    database.close()


def test_a_truncated_file_gives_way_to_the_newest_good_copy(tmp_path):
    path, backups = tmp_path / "records.db", tmp_path / "backups"
    filled(path, backups)
    path.write_bytes(path.read_bytes()[:5000])
    (backups / "records-99991231-000000.db").write_bytes(b"a bad copy, the newest")
    database = Database(path, backups=backups)
    assert count(database) == 200
    assert "damaged" in database.notices[0]
    assert "was put in their place" in database.notices[0]
    assert len(list(tmp_path.glob("records.db.corrupt-*"))) == 1
    add(database, 999)
    database.close()


def test_an_emptied_file_gives_way_to_the_copy(tmp_path):
    path, backups = tmp_path / "records.db", tmp_path / "backups"
    filled(path, backups)
    path.write_bytes(b"")
    database = Database(path, backups=backups)
    assert count(database) == 200
    database.close()


def test_a_foreign_file_is_set_aside(tmp_path):
    path = tmp_path / "records.db"
    with sqlite3.connect(path) as foreign:
        foreign.execute("CREATE TABLE theirs (a)")
    foreign.close()
    database = Database(path)
    assert count(database) == 0
    assert "start anew" in database.notices[0]
    database.close()


def corrupted(content, chance):
    """One of the damages that disks and people do."""
    data = bytearray(content)
    place = chance.randrange(len(data))
    match chance.randrange(5):
        case 0:
            data[place] ^= 1 << chance.randrange(8)
        case 1:
            del data[place:]
        case 2:
            end = min(len(data), place + chance.randrange(1, 9000))
            data[place:end] = bytes(end - place)
        case 3:
            page = place // 4096 * 4096
            data[page : page + 4096] = chance.randbytes(4096)
        case 4:
            data[place:place] = chance.randbytes(chance.randrange(1, 50))
    return bytes(data)


def test_it_opens_and_works_after_300_random_damages(tmp_path):
    path, backups = tmp_path / "records.db", tmp_path / "backups"
    filled(path, backups, rows=60)
    good, chance = path.read_bytes(), random.Random(4)
    restored = 0
    for _ in range(300):
        path.write_bytes(corrupted(good, chance))
        database = Database(path, backups=backups)
        assert not database.volatile, database.notices
        if not database.read_only:  # the version may be what was damaged
            restored += bool(database.notices)
            add(database, 10_000)
        assert count(database) >= 55
        database.read("SELECT * FROM attempt")
        database.close()
        for left in tmp_path.glob("records.db*"):
            left.unlink()
    assert restored > 100


def test_damage_while_open_is_told_as_damage(tmp_path):
    path = tmp_path / "records.db"
    database = Database(path)
    for number in range(2000):
        database.write(
            lambda c, n=number: c.execute(INSERT, ("e" * 200, str(n), 1)),
            durable=False,
        )
    database.close()
    database = Database(path)
    size = path.stat().st_size
    with path.open("rb+") as file:
        file.seek(4096)
        file.write(os.urandom(size - 4096))
    with pytest.raises(Damaged):
        database.read("SELECT * FROM attempt")
    database.close()


def test_a_full_disk_gives_up_the_ballast_once(tmp_path, monkeypatch):
    path = tmp_path / "records.db"
    database = Database(path)
    ballast = tmp_path / "records.ballast"
    assert ballast.stat().st_size == 4 << 20
    tries = []

    def work(connection):
        tries.append(ballast.exists())
        if ballast.exists():
            raise DiskFull("full")
        return connection.execute(INSERT, ("e", "a", 1)).rowcount

    assert database.write(work) == 1
    assert tries == [True, False]

    def always(connection):
        raise DiskFull("full")

    with pytest.raises(DiskFull):
        database.write(always)
    database.close()
    again = Database(path)
    assert ballast.exists()
    again.close()


def test_sqlite_full_is_disk_full(database):
    pages = database.read("PRAGMA page_count")[0][0]
    database.write(lambda c: None)
    database._writer.execute(f"PRAGMA max_page_count={pages + 1}")
    database._ballast.release()
    with pytest.raises(DiskFull):
        for number in range(3000):
            add(database, number)
    assert count(database) > 0


def test_a_ballast_without_room_is_no_error(tmp_path):
    (tmp_path / "file").write_text("")
    assert not Ballast(tmp_path / "file" / "b").keep()
    assert not Ballast(tmp_path / "none").release()


KILLED = """
import sys
from pathlib import Path
from comfydoctor.store.database import Database
database = Database(Path(sys.argv[1]))
start = database.read("SELECT count(*) FROM attempt")[0][0]
print("ready", flush=True)
for number in range(start, start + 100000):
    database.write(lambda c: c.execute(
        "INSERT INTO attempt VALUES ('e', ?, 1)", (f"{number:06}",)))
    print(number + 1, flush=True)
"""


@pytest.mark.skipif(os.name == "nt", reason="kills by signal")
def test_a_kill_during_writes_loses_nothing_acknowledged(tmp_path):
    path = tmp_path / "records.db"
    for round_ in range(10):
        with subprocess.Popen(
            [sys.executable, "-c", KILLED, str(path)],
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdout.readline() == "ready\n"
            time.sleep(0.02 + 0.01 * round_)
            process.send_signal(signal.SIGKILL)
            said = process.stdout.read().split("\n")[:-1]
        database = Database(path)
        assert database.notices == []
        assert count(database) >= (int(said[-1]) if said else 0)
        database.close()
