import json
import os

import pytest

from comfydoctor.errors import NotApplicable, StoreError
from comfydoctor.fixes.mover import mark_of, move_of, rename
from comfydoctor.model.fix import FixOutcome
from comfydoctor.model.wish import Wish
from tests.fixes.stages import StrayModel, TornModel, write


def test_nothing_is_ever_moved_over_what_is_there(tmp_path):
    write(tmp_path / "a", "old")
    write(tmp_path / "b", "kept")
    with pytest.raises(NotApplicable, match="already"):
        move_of(tmp_path / "a", tmp_path / "b")
    with pytest.raises(NotApplicable, match="already"):
        rename(str(tmp_path / "a"), str(tmp_path / "b"), mark_of(tmp_path / "a"))
    assert (tmp_path / "b").read_text() == "kept"


def test_another_file_in_its_place_is_not_moved(tmp_path):
    write(tmp_path / "a", "old")
    mark = mark_of(tmp_path / "a")
    write(tmp_path / "a", "longer than before")
    with pytest.raises(NotApplicable, match="not what it was"):
        rename(str(tmp_path / "a"), str(tmp_path / "b"), mark)


@pytest.mark.skipif(os.name == "nt", reason="links need a right there")
def test_links_are_left_to_the_person(tmp_path):
    write(tmp_path / "a", "x")
    (tmp_path / "link").symlink_to(tmp_path / "a")
    with pytest.raises(NotApplicable, match="a link"):
        move_of(tmp_path / "link", tmp_path / "b")
    with pytest.raises(NotApplicable, match="not there"):
        move_of(tmp_path / "nothing", tmp_path / "b")


def test_a_disk_that_refuses_is_told(tmp_path, monkeypatch):
    write(tmp_path / "a", "x")

    def refuse(*args):
        raise PermissionError(13, "in use")

    monkeypatch.setattr(os, "rename", refuse)
    with pytest.raises(StoreError, match="in use") as caught:
        rename(str(tmp_path / "a"), str(tmp_path / "b"), mark_of(tmp_path / "a"))
    assert "Stop ComfyUI" in caught.value.advice


async def test_quarantine_says_what_is_wrong_and_where_it_came_from(bench):
    target = await TornModel().set_up(bench)
    plan = await bench.runner.plan("quarantine-model", target)
    assert "HTML" in dict(plan.facts)["What is wrong"] or dict(plan.facts)
    result = await bench.runner.apply(plan)
    assert result.said == "torn.safetensors is in quarantine."
    folder = bench.folder / "ComfyUI" / "ComfyDoctor quarantine"
    notes = json.loads((folder / "what-is-here.json").read_text())
    assert notes["torn.safetensors"]["came_from"] == target
    assert (folder / "torn.safetensors").read_text() == "<html>"
    write(bench.folder / "ComfyUI" / "models" / "loras" / "torn.safetensors", "<p>")
    again = await bench.apply("quarantine-model", "loras/torn.safetensors")
    assert again.outcome is FixOutcome.DONE
    assert (folder / "torn (2).safetensors").read_text() == "<p>"


async def test_a_model_goes_where_its_kind_is_looked_for(bench):
    stage = StrayModel()
    target = await stage.set_up(bench)
    result = await bench.apply("move-model", target)
    assert result.outcome is FixOutcome.DONE, result
    assert (stage.root / "models" / "vae" / "torn.safetensors").is_file()
    moved = str(stage.root / "models" / "vae" / "torn.safetensors")
    for wish, words in (
        (Wish(moved, {"to": "vae"}), "already"),
        (Wish(moved, {"to": "nothing"}), "no folder"),
        (Wish(moved), "cannot be told"),
        (Wish(""), "Name a model"),
        (Wish("loras/none.safetensors"), "in none of"),
        (Wish(str(stage.root / "none")), "no file"),
    ):
        with pytest.raises(NotApplicable, match=words):
            await bench.runner.plan("move-model", wish.write())


async def test_packs_are_found_by_name_and_the_manager_s_folder_too(bench):
    stage = TornModel()
    await stage.set_up(bench)
    nodes = stage.root / "custom_nodes"
    write(nodes / ".disabled" / "away@1_2_0" / "__init__.py", "")
    assert (await bench.apply("enable-pack", "away")).outcome is FixOutcome.DONE
    assert (nodes / "away" / "__init__.py").is_file()
    assert (await bench.apply("disable-pack", "pack")).outcome is FixOutcome.DONE
    assert (nodes / "pack.disabled").is_dir()
    for fix, name, words in (
        ("disable-pack", "pack", "disabled already"),
        ("enable-pack", "away", "enabled already"),
        ("disable-pack", "nothing", "no node pack"),
        ("disable-pack", "", "Name a node pack"),
        ("disable-pack", str(stage.root / "models"), "no folder inside"),
    ):
        with pytest.raises(NotApplicable, match=words):
            await bench.runner.plan(fix, name)


async def test_a_server_elsewhere_has_no_packs_here(bench):
    with pytest.raises(NotApplicable, match="another computer"):
        await bench.runner.plan("disable-pack", "pack")
