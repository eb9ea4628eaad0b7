"""Every state comes back as it was, whatever happens to our files."""

import json

import pytest

from comfydoctor.errors import Damaged, DiskFull, ReadOnly, StoreError
from comfydoctor.model.job import JobState, Output
from comfydoctor.model.version import Origin, Place, Rating, Run, Sighting
from comfydoctor.store import versions_shelf
from comfydoctor.store.versions import VersionStore
from comfydoctor.store.versions_search import last_good, runs_of, timeline, workflows

PORTRAIT = Place("s|portrait.json", "portrait", "portrait.json", "http://s")


def state(number, place=PORTRAIT, **fields):
    nodes = [{"id": i, "type": "KSampler", "seed": i * 7919} for i in range(60)]
    nodes[number % 60]["seed"] = number
    content = json.dumps({"nodes": nodes, "number": number}).encode()
    usual = {
        "origin": Origin.SERVER,
        "time": 1000.0 + number,
        "fingerprint": f"f{number}",
        "nodes": 60,
        "words": "KSampler portrait of a cat sd_xl_base_1.0.safetensors",
    }
    return Sighting(place, content, **usual | fields)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "versions"


@pytest.fixture
def opened(folder):
    made = []

    def open_store(**options):
        made.append(VersionStore(folder, **options))
        return made[-1]

    yield open_store
    for store in made:
        store.close()


@pytest.fixture
def kept(opened):
    return opened()


def contents(store):
    return [store.content(v.content) for v in reversed(timeline(store, 1))]


def test_a_state_comes_back_byte_for_byte_after_a_restart(kept, opened):
    states = [state(n) for n in range(30)]
    kept.keep_all(states)
    kept.close()
    assert contents(opened()) == [s.content for s in states]


def test_the_same_state_again_is_no_new_version(kept):
    first, again = kept.keep(state(1)), kept.keep(state(1, time=9999.0))
    assert first == again
    assert len(timeline(kept, 1)) == 1


def test_going_back_to_an_old_state_is_a_new_version_that_takes_no_room(kept):
    kept.keep_all([state(1), state(2)])
    size = sum(kept.shelf.files().values())
    version = kept.keep(state(1))
    assert version.id == 3
    assert kept.content(version.content) == state(1).content
    assert sum(kept.shelf.files().values()) - size < 700


def test_later_states_are_kept_as_small_differences(kept):
    kept.keep_all(state(n) for n in range(100))
    figures = kept.figures()
    assert figures.versions == figures.contents == 100
    assert sum(kept.shelf.files().values()) < figures.plain / 3


def test_states_packed_against_one_another_in_one_batch_stay_readable(kept):
    """A state that came before, then others: the chain never gets deeper."""
    states = [state(n) for n in (1, 2, 1, 3, 2, 4)]
    kept.keep_all(states)
    assert contents(kept) == [s.content for s in states]
    bases = kept.database.read("SELECT DISTINCT base FROM content WHERE base <> ''")
    wholes = kept.database.read("SELECT hash FROM content WHERE base = ''")
    assert set(bases) <= set(wholes)


def test_the_list_is_made_again_from_the_files(kept, opened, folder):
    kept.keep_all(state(n) for n in range(20))
    kept.mark(5, name="before the client came", starred=True)
    kept.note_run(Run("http://s", "job", 5, JobState.SUCCEEDED, 1.0, 3.0))
    before = timeline(kept, 1), runs_of(kept, kept.version(5)), contents(kept)
    kept.close()
    for path in folder.glob("versions.db*"):
        path.unlink()
    again = opened()
    assert timeline(again, 1) == before[0]
    assert runs_of(again, again.version(5)) == before[1]
    assert contents(again) == before[2]


def test_a_damaged_list_is_made_again_and_told(kept, opened, folder):
    kept.keep_all(state(n) for n in range(20))
    kept.close()
    path = folder / "versions.db"
    raw = bytearray(path.read_bytes())
    raw[100:3000] = bytes(2900)
    path.write_bytes(raw)
    again = opened()
    assert "damaged" in " ".join(again.database.notices)
    assert len(contents(again)) == 20


def test_what_was_written_but_not_listed_is_listed_at_the_next_start(
    kept, opened, monkeypatch
):
    kept.keep(state(1))
    monkeypatch.setattr(kept, "_list", lambda *_: None)
    with pytest.raises(StoreError):
        kept.keep(state(2))
    kept.close()
    assert contents(opened()) == [state(1).content, state(2).content]


def test_a_record_cut_off_anywhere_costs_only_itself(kept, opened, folder):
    kept.keep_all([state(1), state(2)])
    kept.close()
    (path,) = (folder / "kept").iterdir()
    whole = path.read_bytes()
    second = whole.index(versions_shelf.MARK, 10)
    for end in range(second, len(whole), 37):
        path.write_bytes(whole[:end])
        for old in folder.glob("versions.db*"):
            old.unlink()
        store = opened()
        store.keep(state(3))
        assert contents(store) == [state(1).content, state(3).content]
        store.close()
        for new in (folder / "kept").iterdir():
            new.unlink()
        path.write_bytes(whole)


def test_damage_in_the_middle_costs_only_what_it_hit(kept, opened, folder):
    for number in range(10):
        kept.keep(state(number, Place(f"s|{number}", str(number))))
    kept.close()
    (path,) = (folder / "kept").iterdir()
    raw = bytearray(path.read_bytes())
    third = [m for m in range(len(raw)) if raw[m : m + 4] == versions_shelf.MARK][3]
    raw[third + 60] ^= 0xFF
    path.write_bytes(raw)
    for old in folder.glob("versions.db*"):
        old.unlink()
    assert opened().figures().versions == 9


def test_verify_names_the_version_whose_content_is_damaged(kept, opened, folder):
    kept.keep_all(state(n) for n in range(3))
    assert kept.verify() == []
    kept.close()
    (path,) = (folder / "kept").iterdir()
    raw = bytearray(path.read_bytes())
    raw[-5] ^= 0xFF
    path.write_bytes(raw)
    (damage,) = opened().verify()
    assert "damaged" in damage
    assert "version 3" in damage
    with pytest.raises(Damaged):
        contents(opened(writer=False))


def test_a_full_disk_is_told_and_nothing_is_half_kept(kept, monkeypatch):
    kept.keep(state(1))
    real, room = versions_shelf._write_all, [100]

    def until_full(file, data):
        if len(data) > room[0]:
            file.write(data[: room[0]])
            raise OSError(28, "No space left on device")
        real(file, data)

    monkeypatch.setattr(versions_shelf, "_write_all", until_full)
    with pytest.raises(DiskFull):
        kept.keep(state(2))
    assert contents(kept) == [state(1).content]
    room[0] = 10**9
    kept.keep(state(2))
    assert contents(kept) == [state(1).content, state(2).content]


def test_of_two_instances_the_second_only_reads(kept, opened):
    kept.keep(state(1))
    second = opened(writer=False)
    assert contents(second) == [state(1).content]
    with pytest.raises(ReadOnly):
        second.keep(state(2))
    with pytest.raises(ReadOnly):
        second.mark(1, name="mine")


def test_the_last_good_one_is_the_newest_that_ran_and_was_not_rejected(kept):
    kept.keep_all(state(n) for n in range(4))
    for version, word in ((1, "succeeded"), (2, "succeeded"), (4, "failed")):
        kept.note_run(Run("http://s", f"job{version}", version, JobState(word)))
    assert last_good(kept, 1).id == 2
    kept.note_run(
        Run("http://s", "job2", 2, JobState.SUCCEEDED, rating=Rating.REJECTED)
    )
    assert last_good(kept, 1).id == 1
    (listed,) = workflows(kept)
    assert (listed.good, len(listed.outcomes)) == (1, 3)


def test_a_run_counts_for_versions_that_differ_in_seeds_only(kept):
    kept.keep(state(1, fingerprint="same"))
    later = kept.keep(state(2, fingerprint="same"))
    made = (Output("cat_00001_.png", "", "output", "9", "images"),)
    kept.note_run(Run("http://s", "j", 1, JobState.SUCCEEDED, 1.0, 3.5, (), made))
    (run,) = runs_of(kept, later)
    assert (run.seconds, run.outputs) == (2.5, made)
    assert last_good(kept, 1) == later


def test_a_missing_version_is_said(kept):
    with pytest.raises(StoreError, match="no version 7"):
        kept.version(7)


def test_too_large_a_state_is_refused(kept, monkeypatch):
    monkeypatch.setattr("comfydoctor.store.versions.LARGEST", 10)
    with pytest.raises(StoreError, match="larger"):
        kept.keep(state(1))
