"""``comfydoctor model`` looks into files and folders and matches LoRAs."""

import json

import pytest

from tests.assets import picklebytes
from tests.assets.known import checkpoint_of, lora_for, write_sparse


@pytest.fixture
def models(tmp_path):
    root = tmp_path / "models"
    for folder in ("checkpoints", "loras"):
        (root / folder).mkdir(parents=True)
    write_sparse(root / "checkpoints/base.safetensors", checkpoint_of("sd1"))
    lora = lora_for("diffusion/sd1", "lora_unet_down", "kohya")
    write_sparse(root / "loras/good.safetensors", lora)
    other = lora_for("diffusion/sdxl", "lora_unet_up", "kohya")
    write_sparse(root / "loras/other.safetensors", other)
    write_sparse(root / "loras/cut.safetensors", lora, short=100)
    (root / "loras/evil.pt").write_bytes(picklebytes.calls("os", "system", "true"))
    return root


KEYS = {
    *("path", "format", "kind", "family", "whole", "problem", "dtype", "parameters"),
    "can_run_code",
}


def test_a_folder_as_json_has_the_documented_shape(run, models):
    ran = run("model", str(models), "--json")
    assert ran.code == 1, ran.err
    assert ran.json["schema"] == 1
    files = {file["path"].rpartition("/")[2]: file for file in ran.json["files"]}
    assert len(files) == 5 and all(set(file) >= KEYS for file in files.values())
    base = files["base.safetensors"]
    assert (base["kind"], base["family"]) == ("checkpoint", "SD1.x")
    assert base["whole"] is True and base["problem"] is None
    assert base["can_run_code"] is False and base["dtype"] == "fp16"
    assert files["cut.safetensors"]["whole"] is False
    assert files["evil.pt"]["can_run_code"] is True
    assert "os.system" in files["evil.pt"]["problem"]


def test_a_second_run_tells_the_same_from_its_cache(run, models, home):
    first = run("model", str(models), "--json")
    assert (home / "cache/models.db").exists()
    assert run("model", str(models), "--json").out == first.out


def test_good_files_end_with_zero_and_plain_words(run, models):
    ran = run("model", str(models / "checkpoints"))
    assert ran.code == 0
    assert "checkpoint · SD1.x · fp16" in ran.out


def test_only_problems_can_be_listed(run, models):
    ran = run("model", str(models), "--problems")
    assert ran.code == 1
    assert "cut.safetensors" in ran.out and "good.safetensors" not in ran.out
    assert "5 files, 2 with a problem." in ran.out


def test_a_match_tells_shares_and_reasons(run, models):
    base, loras = models / "checkpoints/base.safetensors", models / "loras"
    names = [str(loras / "good.safetensors"), str(loras / "other.safetensors")]
    ran = run("model", "match", str(base), *names, "--json")
    assert ran.code == 1
    good, other = ran.json["matches"]
    assert (good["verdict"], good["share"]) == ("fits", 1.0)
    assert other["verdict"] == "does not fit" and other["share"] < 0.5
    assert other["reasons"][0]["keys"] > 0 and other["reasons"][0]["reason"]
    ran = run("model", "match", str(base), names[0])
    assert ran.code == 0 and "fits: 100%" in ran.out


@pytest.mark.parametrize(
    "arguments", [[], ["/nowhere/x.safetensors"], ["match", "only-one"]]
)
def test_a_wrong_command_line_is_usage(run, arguments):
    ran = run("model", *arguments)
    assert ran.code == 2 and ran.err


def test_the_loras_of_a_workflow_are_matched_with_its_base(run, models, tmp_path):
    nodes = {
        "1": ("CheckpointLoaderSimple", {"ckpt_name": "base.safetensors"}),
        "2": ("LoraLoader", {"lora_name": "good.safetensors", "model": ["1", 0]}),
        "3": ("LoraLoader", {"lora_name": "gone.safetensors", "model": ["2", 0]}),
    }
    graph = {k: {"class_type": t, "inputs": i} for k, (t, i) in nodes.items()}
    path = tmp_path / "w.json"
    path.write_text(json.dumps(graph))
    ran = run("model", "--workflow", str(path), str(models), "--json")
    assert ran.code == 1, ran.err
    good, gone = ran.json["matches"]
    assert (good["verdict"], gone["verdict"]) == ("fits", "not known")
    assert "no file gone.safetensors" in gone["problem"]
    assert run("model", "--workflow", str(path)).code == 2
