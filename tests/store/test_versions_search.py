"""Versions are found by words, by picture, by graph, and tidied away with a preview."""

import pytest

from comfydoctor.model.job import JobState, Output
from comfydoctor.model.version import Origin, Place, Run, Sighting
from comfydoctor.store.versions import VersionStore
from comfydoctor.store.versions_retention import Rule, preview, remove, tidy
from comfydoctor.store.versions_search import (
    named,
    search,
    that_made,
    timeline,
    with_content,
    with_fingerprint,
    with_graph,
    workflows,
)

DAY = 86400.0
NOW = 1_800_000_000.0


def place(name, server="http://s"):
    return Place(f"{server}|{name}", name, name, server)


def seen(name, number, **fields):
    usual = {
        "origin": Origin.SERVER,
        "time": NOW - 400 * DAY + number,
        "fingerprint": f"{name}{number}",
        "graph": f"graph of {name}",
        "words": f"KSampler a lighthouse at night flux1-dev.safetensors {name}",
    }
    content = (f"{name} " * 500 + str(number)).encode()
    return Sighting(place(name), content, **usual | fields)


@pytest.fixture
def store(tmp_path):
    store = VersionStore(tmp_path / "versions", clock=lambda: NOW)
    store.keep_all(seen("portrait.json", n) for n in range(60))
    store.keep_all(
        seen("upscale.json", n, words="UltimateSDUpscale 4x_foolhardy.pth")
        for n in range(3)
    )
    yield store
    store.close()


def test_search_finds_models_texts_and_names_by_the_start_of_words(store):
    assert {v.place.name for v in search(store, "light flux1")} == {"portrait.json"}
    assert len(search(store, "foolhardy")) == 3
    assert len(search(store, "upscale.json")) == 3
    assert search(store, "nothing of the kind") == ()
    assert search(store, "!!") == ()


def test_search_finds_what_the_person_wrote(store):
    store.mark(7, name="before the client came", note="the blue one")
    assert [v.id for v in search(store, "client came")] == [7]
    assert [v.id for v in search(store, "blue one")] == [7]


def test_the_newest_workflow_stands_first_and_the_timeline_pages(store):
    assert [w.versions for w in workflows(store)] == [60, 3]
    page = timeline(store, 1, limit=10)
    assert [v.id for v in page] == list(range(60, 50, -1))
    assert timeline(store, 1, limit=1, before=page[-1].id)[0].id == 50


def test_only_the_servers_own_workflows_are_listed_when_asked(store):
    store.keep(Sighting(place("other", "http://t"), b"x", Origin.SERVER, NOW))
    store.keep(Sighting(place("mine", ""), b"y", Origin.FOLDER, NOW))
    listed = {w.place.name for w in workflows(store, server="http://s")}
    assert listed == {"mine", "portrait.json", "upscale.json"}


def test_a_picture_leads_to_the_version_that_made_it(store):
    made = (Output("light_00001_.png", "", "output"),)
    store.note_run(Run("http://s", "j", 12, JobState.SUCCEEDED, outputs=made))
    assert [v.id for v in that_made(store, "light_00001_.png")] == [12]
    assert that_made(store, "other.png") == ()
    twelve = store.version(12)
    assert with_content(store, [twelve.content]) == (twelve,)
    assert with_fingerprint(store, ["", twelve.fingerprint]) == (twelve,)


def test_a_graph_is_known_by_its_own_id(store):
    (found,) = with_graph(store, "graph of portrait.json", "http://s")
    assert found.id == 60


def test_a_workflow_is_named_by_number_path_or_name(store):
    assert [w.id for w in named(store, "portrait")] == [1]
    assert [w.id for w in named(store, "2")] == [2]
    assert named(store, "absent") == ()


def test_retention_shows_first_and_spares_what_matters(store):
    store.mark(1, starred=True)
    store.mark(2, name="the first draft")
    store.note_run(Run("http://s", "j", 3, JobState.SUCCEEDED))
    rule = Rule(days=365, newest=50)
    plan = preview(store, rule)
    assert plan.versions == tuple(range(4, 11))
    assert (plan.workflows, plan.bytes > 0) == (1, True)
    assert preview(store, Rule(days=500, newest=1)).versions == ()
    remove(store, plan)
    assert {v.id for v in timeline(store, 1)} == {1, 2, 3, *range(11, 61)}
    assert preview(store, rule).versions == ()


def test_tidying_frees_room_and_keeps_every_other_content(store, tmp_path):
    before = {v.id: store.content(v.content) for v in timeline(store, 1)}
    remove(store, preview(store, Rule(days=365, newest=5)))
    assert tidy(store) > 0
    assert store.verify() == []
    left = {v.id: store.content(v.content) for v in timeline(store, 1)}
    assert left == {number: before[number] for number in range(56, 61)}
    store.close()
    for path in (tmp_path / "versions").glob("versions.db*"):
        path.unlink()
    again = VersionStore(tmp_path / "versions", clock=lambda: NOW)
    assert {v.id: again.content(v.content) for v in timeline(again, 1)} == left
    again.close()


def test_a_number_is_never_given_twice(store):
    newest = store.keep(seen("new.json", 1))
    store.mark(newest.id, name="")
    assert store.keep(seen("new.json", 2)).id == newest.id + 1
