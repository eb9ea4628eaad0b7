"""States of workflows are kept by themselves, with what came of them."""

import asyncio
import json
import urllib.request

import pytest

from comfydoctor.doctor.versions_folder import changed_files, folder_of_workflows
from comfydoctor.model.job import JobState
from comfydoctor.model.version import Origin
from tests.fixes.jobs import faulty, picture
from tests.fixes.saved import drawn, save


def post(url, graph, workflow=None):
    body = {"prompt": graph, "client_id": "browser"}
    if workflow is not None:
        body["extra_data"] = {"extra_pnginfo": {"workflow": json.loads(workflow)}}
    request = urllib.request.Request(url + "/prompt", json.dumps(body).encode())
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)["prompt_id"]


@pytest.fixture
async def watched(office, simulated):
    async with simulated("test-bench", speed=20.0) as url:
        doctor = await office.open(await office.profile_for(url))
        doctor._capture._every = 0.2
        yield url, doctor


def versions_of(archive, name):
    found = [w for w in archive.workflows() if w.place.name == name]
    return [dated for w in found for dated in reversed(archive.timeline(w.id))]


async def test_every_saved_state_of_a_file_is_kept(watched, until):
    url, doctor = watched
    archive = doctor.versions.open()
    for steps in (20, 30, 40):
        await asyncio.to_thread(save, url, drawn(steps))
        await until(
            lambda steps=steps: (
                drawn(steps)
                in [
                    archive.content(d.version.id)
                    for d in versions_of(archive, "portrait")
                ]
            )
        )
    kept = versions_of(archive, "portrait")
    contents = [archive.content(d.version.id) for d in kept]
    assert contents == [drawn(20), drawn(30), drawn(40)]
    assert {d.version.origin for d in kept} == {Origin.SERVER}


async def test_jobs_belong_to_the_file_they_were_drawn_in_and_tell_what_came_of_it(
    watched, until
):
    url, doctor = watched
    archive = doctor.versions.open()
    await asyncio.to_thread(save, url, drawn(20))
    await until(lambda: versions_of(archive, "portrait"))
    await asyncio.to_thread(post, url, picture(1), drawn(20, extra={"ds": 1}))
    await until(lambda: any(d.runs for d in versions_of(archive, "portrait")))
    (workflow,) = archive.workflows()
    good = archive.last_good(workflow.id)
    assert workflow.outcomes == (JobState.SUCCEEDED,)
    await asyncio.to_thread(save, url, drawn(99))
    failing = faulty("FaultRaise", kind="ValueError", message="no good")
    await asyncio.to_thread(post, url, failing, drawn(99))
    await until(lambda: len(archive.workflows()[0].outcomes) == 2)
    runs = [run for d in versions_of(archive, "portrait") for run in d.runs]
    assert "no good" in " ".join(f for run in runs for f in run.findings)
    assert archive.last_good(workflow.id) == good
    assert b"20" in archive.content(good.id)


async def test_a_posted_graph_without_a_drawn_one_is_a_workflow_of_its_own(
    watched, until
):
    url, doctor = watched
    archive = doctor.versions.open()
    await asyncio.to_thread(post, url, picture(1))
    await until(lambda: archive.workflows() and archive.workflows()[0].outcomes)
    await asyncio.to_thread(post, url, picture(2))
    await until(lambda: len(archive.workflows()[0].outcomes) == 2)
    (workflow,) = archive.workflows()
    assert (workflow.versions, workflow.place.path) == (2, "")
    version = archive.timeline(workflow.id)[0].version
    assert version.form == "api"
    assert "client_id" not in archive.content(version.id).decode()


async def test_what_ran_before_we_came_is_read_from_the_history(
    office, simulated, until
):
    async with simulated("test-bench", speed=20.0) as url:
        await asyncio.to_thread(post, url, picture(1), drawn(20))
        await asyncio.sleep(1)
        doctor = await office.open(await office.profile_for(url))
        await until(lambda: any(w.outcomes for w in doctor.versions.open().workflows()))


async def test_a_folder_is_read_whole_and_then_save_by_save(tmp_path):
    (tmp_path / "sub").mkdir()
    first = tmp_path / "sub" / "a.json"
    first.write_bytes(drawn(1))
    (tmp_path / ".index.json").write_text("{}")
    (tmp_path / "link.json").symlink_to(first)
    seen = changed_files(tmp_path)
    assert await anext(seen) == [first]
    later = asyncio.get_running_loop().create_task(anext(seen))
    await asyncio.sleep(0.5)
    (tmp_path / "b.json").write_bytes(drawn(2))
    assert await asyncio.wait_for(later, 20) == [tmp_path / "b.json"]
    await seen.aclose()


def test_where_the_workflows_of_an_installation_lie(tmp_path):
    class Lives:
        base = str(tmp_path)

    assert folder_of_workflows(None, Lives()) is None
    folder = tmp_path / "user" / "default" / "workflows"
    folder.mkdir(parents=True)
    assert folder_of_workflows(None, Lives()) == folder
    assert folder_of_workflows(None, None) is None
