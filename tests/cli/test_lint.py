"""``comfydoctor lint`` as scripts and people use it."""

import json
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "data" / "workflows"
OBJECT_INFO = {
    "EmptyImage": {
        "input": {
            "required": {
                "width": ["INT", {"default": 512, "min": 1, "max": 16384}],
                "height": ["INT", {"default": 512, "min": 1, "max": 16384}],
                "batch_size": ["INT", {"default": 1, "min": 1, "max": 4096}],
                "color": ["INT", {"default": 0, "min": 0, "max": 16777215}],
            }
        },
        "output": ["IMAGE"],
        "python_module": "nodes",
    },
    "SaveImage": {
        "input": {
            "required": {
                "images": ["IMAGE"],
                "filename_prefix": ["STRING", {"default": "ComfyUI"}],
            }
        },
        "output": [],
        "output_node": True,
        "python_module": "nodes",
    },
}
FIELDS = {
    *("key", "rule", "severity", "node_id", "input", "title", "detail", "suggestion"),
    *("instead", "pack", "cause", "nodes"),
}


@pytest.fixture
def object_info(tmp_path):
    path = tmp_path / "object_info.json"
    path.write_text(json.dumps(OBJECT_INFO))
    return str(path)


@pytest.mark.parametrize("name", ["saved.png", "saved.mp4", "saved-ui.json"])
def test_a_good_workflow_gives_zero(run, object_info, name):
    ran = run("lint", str(FOLDER / name), "--object-info", object_info, "--json")
    assert ran.code == 0, ran.out + ran.err
    assert ran.json["schema"] == 1
    assert ran.json["nodes"] == 2
    assert ran.json["findings"] == []


def test_trouble_gives_one_and_the_documented_shape(run, object_info, tmp_path):
    graph = json.loads((FOLDER / "saved-api.json").read_text())
    graph["1"]["inputs"]["width"] = 99999
    graph["3"] = {"class_type": "Gone", "inputs": {}}
    path = tmp_path / "w.json"
    path.write_text(json.dumps(graph))
    ran = run("lint", str(path), "--object-info", object_info, "--json")
    assert ran.code == 1, ran.out + ran.err
    found = {finding["rule"]: finding for finding in ran.json["findings"]}
    assert found["value-out-of-range"]["node_id"] == "1"
    assert found["value-out-of-range"]["input"] == "width"
    assert found["missing-node"]["severity"] == "error"
    assert all(set(finding) == FIELDS for finding in found.values())
    said = run("lint", str(path), "--object-info", object_info)
    assert "16384" in said.out
    assert "The server has no node Gone." in said.out


def test_a_live_server_is_asked_and_nothing_is_posted(run, simulated):
    url = simulated("healthy-studio")
    path = str(FOLDER / "saved.png")
    ran = run("lint", path, "--url", url, "--needs", "--json")
    assert ran.code == 0, ran.out + ran.err
    assert ran.json["where"] == "PNG tEXt prompt"
    assert "needs" in ran.json


def test_a_live_server_tells_models_that_cannot_be_whole(run, simulated, tmp_path):
    url = simulated("test-bench")
    name = "git_lfs_pointer.safetensors"
    load = {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": name}}
    latent = {"class_type": "EmptyLatentImage", "inputs": {}}
    latent["inputs"] = {"width": 64, "height": 64, "batch_size": 1}
    decode = {"samples": ["2", 0], "vae": ["1", 2]}
    save = {"images": ["3", 0], "filename_prefix": "x"}
    graph = {
        "1": load,
        "2": latent,
        "3": {"class_type": "VAEDecode", "inputs": decode},
        "4": {"class_type": "SaveImage", "inputs": save},
    }
    path = tmp_path / "w.json"
    path.write_text(json.dumps(graph))
    ran = run("lint", str(path), "--url", url, "--json")
    assert ran.code == 1, ran.out + ran.err
    (finding,) = ran.json["findings"]
    assert finding["rule"] == "damaged-model"
    assert "lfs" in finding["detail"].lower()


def test_what_is_no_workflow_is_said_in_words(run, object_info, tmp_path):
    path = tmp_path / "x.json"
    path.write_text("not json")
    ran = run("lint", str(path), "--object-info", object_info)
    assert ran.code == 1
    assert "no workflow" in ran.err
    assert "Traceback" not in ran.err
    assert run("lint", str(tmp_path / "absent.json")).code == 2
