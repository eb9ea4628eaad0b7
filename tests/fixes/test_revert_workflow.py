"""An earlier version comes back, and no state is ever lost on the way."""

import asyncio
import contextlib

import pytest

from comfydoctor.errors import NotApplicable, StoreError
from comfydoctor.fixes import revert_place
from comfydoctor.fixes.base import Care
from comfydoctor.fixes.revert_place import FolderPlace, ServerPlace
from comfydoctor.fixes.runner import Runner
from comfydoctor.model.fix import FixOutcome
from comfydoctor.model.version import Origin, Place
from comfydoctor.model.wish import Wish
from comfydoctor.store.store import Store
from comfydoctor.store.versions_search import timeline
from comfydoctor.workflow.sighting import sight
from tests.fixes.saved import PATH, drawn, files, keep, save

FILE = f"workflows/{PATH}"


async def saved(bench, *states):
    """Save them one after the other, and keep the first."""
    version = keep(bench, states[0])
    for state in states:
        await asyncio.to_thread(save, bench.simulator.url, state)
    return version


async def now(bench):
    return (await asyncio.to_thread(files, bench.simulator.url)).get(FILE)


def kept(bench):
    store = bench.store.versions()
    return [store.content(v.content) for v in timeline(store, 1)]


async def revert(bench, version, **options):
    return await bench.apply("revert-workflow", Wish(str(version.id), options).write())


async def test_todays_state_is_kept_and_the_old_one_is_back(bench):
    version = await saved(bench, drawn(20), drawn(30))
    plan = await bench.runner.plan("revert-workflow", str(version.id))
    assert "steps 30 → 20" in plan.difference
    result = await bench.runner.apply(plan)
    assert result.outcome is FixOutcome.DONE
    assert "Reload" in result.detail
    assert await now(bench) == drawn(20)
    assert set(kept(bench)) == {drawn(20), drawn(30)}
    undone = await bench.runner.undo(result.entry)
    assert undone.outcome is FixOutcome.DONE
    assert await now(bench) == drawn(30)
    assert list(await asyncio.to_thread(files, bench.simulator.url)) == [FILE]


async def test_nodes_that_the_server_lacks_are_shown_before(bench):
    gone = drawn(20).replace(b"KSampler", b"NodeOfAPackThatIsGone")
    version = await saved(bench, gone, drawn(30))
    plan = await bench.runner.plan("revert-workflow", str(version.id))
    assert "NodeOfAPackThatIsGone" in dict(plan.facts)["Fits this server"]


async def test_one_nodes_values_go_back_and_the_rest_stays(bench):
    version = await saved(bench, drawn(20), drawn(30, extra={"mine": 1}))
    result = await revert(bench, version, node="1")
    assert result.outcome is FixOutcome.DONE
    assert b'"mine"' in await now(bench)
    assert b"20" in await now(bench)


async def test_a_state_that_is_there_already_needs_nothing(bench):
    version = await saved(bench, drawn(20))
    with pytest.raises(NotApplicable, match="already"):
        await bench.runner.plan("revert-workflow", str(version.id))


async def test_a_deleted_workflow_comes_back_and_undo_takes_it_away(bench):
    version = keep(bench, drawn(20))
    result = await revert(bench, version)
    assert result.outcome is FixOutcome.DONE, result
    assert await now(bench) == drawn(20)
    assert (await bench.runner.undo(result.entry)).outcome is FixOutcome.DONE
    assert await now(bench) is None


async def test_what_is_no_workflow_is_kept_too(bench):
    version = await saved(bench, drawn(20), b"half a fi")
    assert (await revert(bench, version)).outcome is FixOutcome.DONE
    assert b"half a fi" in kept(bench)


async def test_somebody_who_saves_all_the_time_loses_nothing(bench):
    version = await saved(bench, drawn(20), drawn(30))
    sent, going = [], True

    async def keep_saving():
        number = 100
        while going:
            number += 1
            await asyncio.to_thread(save, bench.simulator.url, drawn(number))
            sent.append(drawn(number))

    async with asyncio.TaskGroup() as group:
        group.create_task(keep_saving())
        for _ in range(6):
            seen = len(sent)
            with contextlib.suppress(NotApplicable):
                await revert(bench, version)
            assert len(sent) > seen
        going = False
    left = await asyncio.to_thread(files, bench.simulator.url)
    assert list(left) == [FILE]
    # A save overwrites the one before by itself; what we took away is all kept.
    taken = set(kept(bench)) | {left[FILE]}
    assert drawn(20) in taken
    assert sent[-1] in taken


async def test_every_state_that_a_rename_took_away_is_kept(bench):
    """Saves that fall exactly between our two renames."""
    version = await saved(bench, drawn(20), drawn(30))
    late = iter([drawn(41), drawn(42)])

    async def between(method, path):
        if "/move/comfydoctor" in path.replace("%2F", "/"):
            with contextlib.suppress(StopIteration):
                await asyncio.to_thread(save, bench.simulator.url, next(late))

    bench.http.after = between
    result = await revert(bench, version)
    assert result.outcome is FixOutcome.DONE
    assert await now(bench) == drawn(20)
    assert {drawn(30), drawn(41), drawn(42)} <= set(kept(bench))


class Killed(BaseException):
    """As if the process ended here."""


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_cut_off_at_every_request_it_can_be_finished_or_undone(
    make_bench, moment
):
    """Our process ends before or after each request that changes something."""
    number = 0
    while True:
        bench = await make_bench()
        version = await saved(bench, drawn(20), drawn(30))
        if not await killed_at(bench, version, moment, number):
            break
        await bench.go_straight()
        (entry,) = bench.runner.unfinished()
        outcome = (await bench.runner.inspect(entry.id)).outcome
        if number % 2 and bench.runner.unfinished():
            await bench.runner.finish(entry.id)
        elif outcome is not FixOutcome.DONE:
            await bench.runner.undo(entry.id)
        assert await now(bench) in {drawn(20), drawn(30)}
        assert {drawn(20), drawn(30)} <= {*kept(bench), await now(bench)}
        number += 1
        await bench.aclose()
    assert number >= 4


async def killed_at(bench, version, moment, number):
    """Whether the revert came to its ``number``-th change and ended there."""
    count = 0

    def die(method, path):
        nonlocal count
        if method != "GET":
            count += 1
            if count == number + 1:
                raise Killed

    setattr(bench.http, moment, die)
    try:
        await revert(bench, version)
    except Killed:
        return True
    return False


async def test_a_full_disk_of_the_server_leaves_the_file_alone(bench, monkeypatch):
    version = await saved(bench, drawn(20), drawn(30))
    real = ServerPlace.read

    async def torn(self, name=""):
        content = await real(self, name)
        return content[:10] if "stage" in name else content

    monkeypatch.setattr(ServerPlace, "read", torn)
    result = await revert(bench, version)
    assert result.outcome is FixOutcome.NOT_DONE
    assert await now(bench) == drawn(30)


class TestFolder:
    """The same with a file of this computer and no ComfyUI at all."""

    @pytest.fixture
    def file(self, tmp_path):
        path = tmp_path / "workflows" / PATH
        path.parent.mkdir()
        path.write_bytes(drawn(30))
        return path

    @pytest.fixture
    def store(self, tmp_path, monkeypatch):
        from comfydoctor.store.paths import Paths

        store = Store.open(Paths.under(tmp_path / "profile"))
        yield store
        store.close()

    @pytest.fixture
    async def runner(self, store):
        """Nobody answers at this address."""
        from comfydoctor.comfy.client import Client
        from comfydoctor.comfy.http import Http
        from comfydoctor.model.server import ServerProfile

        async def no_sleep(seconds):
            await asyncio.sleep(0)

        profile = ServerProfile("dead", "http://127.0.0.1:9")
        client = Client(Http(profile))
        care = Care(
            client=client,
            profile=profile,
            journal=store.journal,
            audit=store.audit,
            parking=store.parking,
            versions=store.versions,
            sleep=no_sleep,
        )
        yield Runner(care)
        await client.aclose()

    def version(self, store, place):
        return store.versions().keep(sight(place, drawn(20), Origin.FOLDER, 1.0))

    async def test_a_file_of_this_computer(self, store, runner, file):
        version = self.version(store, Place(str(file), "portrait", str(file)))
        plan = await runner.plan("revert-workflow", str(version.id))
        assert "Not known" in dict(plan.facts)["Fits this server"]
        result = await runner.apply(plan)
        assert (result.outcome, file.read_bytes()) == (FixOutcome.DONE, drawn(20))
        assert list(file.parent.iterdir()) == [file]
        await runner.undo(result.entry)
        assert file.read_bytes() == drawn(30)

    async def test_a_dead_servers_file_in_its_folder(self, store, runner, file):
        key = runner.care.profile.key
        runner.care.workflow_folder = lambda: file.parent
        version = self.version(store, Place(f"{key}|{PATH}", "portrait", PATH, key))
        plan = await runner.plan("revert-workflow", str(version.id))
        assert str(file) in plan.steps[1].text
        assert (await runner.apply(plan)).outcome is FixOutcome.DONE
        assert file.read_bytes() == drawn(20)

    async def test_a_link_is_not_followed(self, store, runner, file, tmp_path):
        target = tmp_path / "elsewhere.json"
        file.rename(target)
        file.symlink_to(target)
        version = self.version(store, Place(str(file), "portrait", str(file)))
        with pytest.raises(NotApplicable, match="link"):
            await runner.plan("revert-workflow", str(version.id))

    async def test_nothing_is_ever_overwritten(self, file):
        place = FolderPlace(file)
        await place.write("a", b"new")
        assert not await place.move("a", "")
        assert file.read_bytes() == drawn(30)
        assert await place.move("", "b")
        assert not await place.move("", "b")
        assert await place.move("a", "")
        assert file.read_bytes() == b"new"
        assert await place.ours() == ("b",)

    async def test_a_file_system_without_links(self, file, monkeypatch):
        def no_links(*_args, **_options):
            raise OSError(95, "Operation not supported")

        monkeypatch.setattr(revert_place.os, "link", no_links)
        place = FolderPlace(file)
        await place.write("a", b"new")
        assert not await place.move("a", "")
        await place.move("", "b")
        assert await place.move("a", "")

    async def test_a_full_disk_is_told_and_leaves_nothing_behind(
        self, file, monkeypatch
    ):
        def full(_handle):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(revert_place.os, "fsync", full)
        with pytest.raises(StoreError, match="disk is full"):
            await FolderPlace(file).write("a", b"new")
        assert list(file.parent.iterdir()) == [file]
