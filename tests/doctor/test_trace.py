"""Whatever file is dropped: what it is, and what is wrong with it."""

import json

import pytest

from comfydoctor.doctor.office import load_matcher
from comfydoctor.doctor.trace import is_log, trace
from comfydoctor.errors import UsageError
from comfydoctor.incidents.bundle import write_bundle
from comfydoctor.model.trace import TraceKind
from tests.incidents.dossiers import DOSSIER
from tests.simulator.bench import picture

OOM = "got prompt\ntorch.OutOfMemoryError: Allocation on device 0 would exceed\n"


@pytest.fixture(scope="module")
def matcher(tmp_path_factory):
    from comfydoctor.store.paths import Paths

    return load_matcher(Paths.under(tmp_path_factory.mktemp("home")))


async def test_a_log(matcher, tmp_path):
    path = tmp_path / "x.log"
    path.write_text(OOM)
    found = await trace(path, matcher)
    assert found.kind is TraceKind.LOG and is_log(path)
    assert found.findings[0].cause.startswith("oom")
    path.write_text("all is well\n")
    assert "Not known" in (await trace(path, matcher)).headline


async def test_a_log_that_begins_like_json_is_a_log(matcher, tmp_path):
    path = tmp_path / "x.log"
    path.write_text("{ not json\n" + OOM)
    assert (await trace(path, matcher)).kind is TraceKind.LOG


async def test_a_model_that_is_a_web_page(matcher, tmp_path):
    path = tmp_path / "x.safetensors"
    path.write_text("<!DOCTYPE html><html>404</html>")
    found = await trace(path, matcher)
    assert found.kind is TraceKind.MODEL
    assert [f.cause for f in found.findings] == ["model-file-corrupt-or-incomplete"]


async def test_a_bundle(matcher, tmp_path):
    path = tmp_path / "x.zip"
    write_bundle(path, DOSSIER)
    found = await trace(path, matcher)
    assert found.kind is TraceKind.BUNDLE
    assert found.findings[0].cause == "leak"
    assert any(f.cause.startswith("oom") for f in found.findings)


async def test_a_workflow_is_checked_against_the_server(
    matcher, tmp_path, office, simulated
):
    path = tmp_path / "w.json"
    graph = picture()
    path.write_text(json.dumps(graph))
    alone = await trace(path, matcher)
    assert alone.kind is TraceKind.WORKFLOW and "Open a server" in alone.headline
    async with simulated("test-bench") as url:
        doctor = await office.doctor(await office.profile_for(url))
        assert (await doctor.trace(str(path))).findings == ()
        next(iter(graph.values()))["class_type"] = "NobodyHasThis"
        path.write_text(json.dumps(graph))
        found = await doctor.trace(str(path))
        assert found.findings and "refuse" in found.headline
        assert "NobodyHasThis" in found.findings[0].title


async def test_what_cannot_be_read_is_said(matcher, tmp_path):
    with pytest.raises(UsageError, match="cannot be read"):
        await trace(tmp_path / "none", matcher)
    assert is_log(tmp_path / "none")


async def test_a_picture_without_a_workflow_says_why(matcher, tmp_path):
    path = tmp_path / "x.png"
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\0" * 17 + b"\0\0\0\0IEND\xaeB`\x82"
    )
    found = await trace(path, matcher)
    assert found.kind is TraceKind.WORKFLOW and "Messengers" in found.headline
