import os
import time

import pytest

from comfydoctor.errors import ReadOnly
from comfydoctor.model.fix import EntryState
from comfydoctor.model.job import Job, JobState, QueueItem
from comfydoctor.model.metric import Sample
from comfydoctor.store import atomic
from comfydoctor.store.store import Store


def park(store, entry="e1"):
    item = QueueItem(1.0, "a", "{}", "{}")
    store.parking.park(entry, [item], server="s", fix="clear-queue", title="Park 1 job")


def test_everything_opens_empty_and_comes_back(paths):
    first = Store.open(paths)
    assert first.notices == ()
    assert first.read_only == ""
    first.samples("").add([Sample("host.cpu", 1.0, 2.0)])
    first.jobs("s").keep(Job("a", JobState.SUCCEEDED))
    first.audit.append(who="w", server="s", action="a")
    first.close()
    second = Store.open(paths)
    assert second.samples("").range("host.cpu", "", 0, 2) == ([1.0], [2.0])
    assert second.jobs("s").get("a") is not None
    assert second.audit.verify() is None
    second.close()


def test_of_two_instances_the_second_reads(store, paths):
    store.audit.append(who="w", server="s", action="a")
    second = Store.open(paths)
    assert "Another ComfyDoctor" in second.read_only
    assert len(second.audit.records()) == 1
    assert second.journal.refusal
    with pytest.raises(ReadOnly):
        second.audit.append(who="w", server="s", action="b")
    second.close()


def test_the_next_one_may_write_when_the_first_is_gone(paths):
    Store.open(paths).close()
    store = Store.open(paths)
    assert store.read_only == ""
    store.close()


def test_parked_jobs_outlive_a_lost_journal(paths, clock):
    store = Store.open(paths, clock=clock)
    park(store)
    store.close()
    paths.records.write_bytes(b"not a database at all" * 500)
    for copy in paths.backups.glob("*"):
        copy.unlink()
    again = Store.open(paths, clock=clock)
    (entry,) = again.journal.entries()
    assert (entry.id, entry.state) == ("e1", EntryState.UNKNOWN)
    assert "1 job" in entry.undo
    assert "damaged" in again.notices[0]
    assert again.audit.records()[0].action == "records restored"
    again.close()


def test_parked_jobs_go_with_their_entry_after_ninety_days(paths, clock):
    store = Store.open(paths, clock=clock)
    park(store)
    store.close()
    store = Store.open(paths, clock=clock)
    assert len(store.journal.entries()) == 1
    store.close()
    clock.now += 91 * 86400
    store = Store.open(paths, clock=clock)
    assert store.journal.entries() == ()
    assert store.parking.entries() == ()
    store.close()


def test_damaged_parked_jobs_are_told_and_kept(paths):
    paths.parked.mkdir(parents=True)
    (paths.parked / "e1.json").write_text("{")
    store = Store.open(paths)
    assert "damaged" in store.notices[0]
    assert (paths.parked / "e1.json").exists()
    store.close()


def test_stray_files_of_a_crash_are_swept(paths):
    paths.parked.mkdir(parents=True)
    stray = paths.parked / f".e1.json.aa{atomic.SUFFIX}"
    stray.touch()
    os.utime(stray, (time.time() - 3600,) * 2)
    Store.open(paths).close()
    assert not stray.exists()


def test_a_good_copy_is_kept_at_the_end(paths):
    Store.open(paths).close()
    assert len(list(paths.backups.glob("records-*.db"))) == 1


def test_a_home_that_is_a_file_leaves_everything_in_memory(tmp_path, paths):
    paths.config.write_text("in the way")
    store = Store.open(paths)
    assert store.records.volatile
    assert store.notices
    store.jobs("s").keep(Job("a", JobState.SUCCEEDED))
    assert store.jobs("s").get("a") is not None
    assert store.journal.refusal
    assert store.audit.append(who="", server="", action="x").index == 0
    assert store.audit.verify() is None
    store.close()


@pytest.mark.skipif(
    os.name == "nt" or os.geteuid() == 0, reason="root writes everywhere"
)
def test_a_home_that_may_not_be_written_is_no_crash(paths):
    Store.open(paths).close()
    paths.data.chmod(0o500)
    store = Store.open(paths)
    assert store.notices
    store.close()
    paths.data.chmod(0o700)
