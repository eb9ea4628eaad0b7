"""The page "Workflows": kept states, what differs, and the way back."""

import pytest

from comfydoctor.doctor.versions import Archive
from comfydoctor.doctor.versions_desk import VersionDesk
from comfydoctor.errors import StoreError, Unreachable
from comfydoctor.model.job import JobState
from comfydoctor.model.version import Dated, Origin, Place, Run, Version
from comfydoctor.store.versions import VersionStore
from comfydoctor.ui.panels.workflows_rows import choose, chosen, fold, version_row
from comfydoctor.workflow.sighting import sight
from tests.fixes.saved import drawn
from tests.ui.examples import NOW, PROFILE, batch, snapshot

KEY = PROFILE.key


class Nobody:
    async def definitions(self):
        raise Unreachable("nobody answers")


@pytest.fixture
def store(tmp_path):
    store = VersionStore(tmp_path / "versions")
    yield store
    store.close()


@pytest.fixture
def kept(store):
    """Three states; the first ran well, the second failed, the third is new."""
    place = Place(f"{KEY}|portrait.json", "portrait", "portrait.json", KEY)
    for number, steps in enumerate((20, 30, 40)):
        when = NOW - 100 + number
        store.keep(sight(place, drawn(steps), Origin.SERVER, when))
    store.note_run(Run(KEY, "a", 1, JobState.SUCCEEDED, 1.0, 3.0))
    store.note_run(Run(KEY, "b", 2, JobState.FAILED, 4.0, 5.0, ("ValueError: no",)))
    return store


@pytest.fixture
def page(qtbot, bridge, window, office, store):
    """The page on a watched server with a real store behind it."""
    with qtbot.waitSignal(bridge.opened, timeout=3000):
        bridge.open(PROFILE)
    desk = VersionDesk(lambda: Archive(store, KEY), None, Nobody())
    office.doctors[KEY].versions = desk
    window.on_batch(batch(snapshot()))
    return window.open_page("workflows")


def test_last_good_is_chosen_and_compared_with_now(kept, page, qtbot):
    qtbot.waitUntil(lambda: page.view.diff.model.differences != ())
    assert page.sentence.text() == "3 versions of 1 workflow kept."
    assert chosen(page.timeline) == 1
    assert page.view.diff.sentence.text().startswith("1 value changed")
    row = page.view.diff.model
    assert [row.data(row.index(0, c)) for c in range(3)] == [
        "KSampler #1 value 3",
        "20",
        "40",
    ]
    assert page.view.badge.accessibleName() == "Ran well"


def test_back_to_last_good_asks_for_the_fix(kept, page, qtbot):
    qtbot.waitUntil(lambda: page.back.isEnabled())
    with qtbot.waitSignal(page.fix_wanted) as asked:
        page.back.click()
    assert (asked.args[0].id, asked.args[0].target) == ("revert-workflow", "1")


def test_one_nodes_values_are_asked_back(kept, page, qtbot):
    qtbot.waitUntil(lambda: page.view.diff.model.differences != ())
    page.view.diff.table.selectRow(0)
    assert page.view.node.isEnabled()
    with qtbot.waitSignal(page.fix_wanted) as asked:
        page.view.node.click()
    assert '"node": "1"' in asked.args[0].target


def test_rejecting_the_result_takes_the_last_good_one_away(kept, page, qtbot):
    qtbot.waitUntil(lambda: page.view.isVisible() and page.view.reject.isEnabled())
    with qtbot.waitSignal(page.view.marked):
        page.view.reject.click()
    qtbot.waitUntil(lambda: not page.back.isEnabled())
    qtbot.waitUntil(lambda: page.view.reject.text() == "Accept result")


def test_a_star_and_a_name_are_kept(kept, page, qtbot):
    qtbot.waitUntil(lambda: page.view.isVisible())
    choose(page.timeline, 2)
    page.view.star.click()
    page.view.name.setText("before the client")
    page.view.name.editingFinished.emit()
    qtbot.waitUntil(lambda: kept.version(2).name == "before the client")
    assert kept.version(2).starred


def test_a_search_goes_to_what_it_found(kept, page, qtbot):
    kept.mark(2, name="blue one")
    qtbot.waitUntil(lambda: page.view.isVisible())
    page.search.setText("blue one")
    page.search.returnPressed.emit()
    qtbot.waitUntil(lambda: chosen(page.timeline) == 2)


def test_a_picture_leads_to_its_version(kept, page, qtbot, tmp_path):
    file = tmp_path / "copy.json"
    file.write_bytes(drawn(30))
    qtbot.waitUntil(lambda: page.view.isVisible())
    page.find_picture(str(file))
    qtbot.waitUntil(lambda: chosen(page.timeline) == 2)


def test_without_versions_it_says_how_they_come(page, qtbot):
    qtbot.waitUntil(lambda: page._listing is None)
    assert page.stack.currentIndex() == 2
    assert "Save a workflow" in page.none.more.text()
    assert not page.back.isEnabled()


def test_a_store_that_cannot_be_read_is_said_with_a_way_on(page, office, qtbot):
    class Broken:
        async def workflows(self):
            raise StoreError("The list is damaged.")

    qtbot.waitUntil(lambda: page._listing is None)
    office.doctors[KEY].versions = Broken()
    page.refresh()
    qtbot.waitUntil(lambda: page.again.isVisible())
    assert "damaged" in page.none.more.text()


def dated(number, *, seeds_only=False, starred=False):
    version = Version(
        number, 1, Place("k", "w"), "c", NOW, Origin.JOB, 1, starred=starred
    )
    return Dated(version, (), seeds_only)


def test_versions_that_differ_in_seeds_stand_in_one_line():
    timeline = [
        dated(5, seeds_only=True),
        dated(4, seeds_only=True),
        dated(3),
        dated(2, seeds_only=True),
        dated(1, starred=True),
    ]
    folds = fold(timeline)
    assert [(f.first.version.id, f.others) for f in folds] == [(5, 2), (2, 0), (1, 0)]
    row = version_row(folds[0], good=5, newest=True, now=NOW)
    assert (row.title, row.mark) == ("Now", "last good")
    assert "2 more with other seeds" in row.more
