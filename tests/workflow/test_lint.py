import copy
import json
from typing import Any

import pytest

from comfydoctor.model.finding import Severity
from comfydoctor.model.lint import LintFinding
from comfydoctor.model.modelfile import ModelFile
from comfydoctor.workflow.lint import lint
from comfydoctor.workflow.parse import parse
from tests.workflow.drawing import Drawing
from tests.workflow.servers import SERVER, classes

GOOD: dict[str, Any] = {
    "1": {"class_type": "CheckpointLoaderSimple", "inputs": {}},
    "2": {
        "class_type": "CLIPTextEncode",
        "inputs": {"text": "a cat", "clip": ["1", 1]},
    },
    "3": {"class_type": "EmptyLatentImage", "inputs": {"width": 512, "height": 512}},
    "4": {"class_type": "KSampler", "inputs": {"model": ["1", 0], "seed": 1}},
    "5": {"class_type": "VAEDecode", "inputs": {"samples": ["4", 0], "vae": ["1", 2]}},
    "6": {"class_type": "SaveImage", "inputs": {"images": ["5", 0]}},
}
GOOD["1"]["inputs"]["ckpt_name"] = "sd15.safetensors"
GOOD["3"]["inputs"]["batch_size"] = 1
GOOD["4"]["inputs"] |= {
    "positive": ["2", 0],
    "negative": ["2", 0],
    "latent_image": ["3", 0],
    "sampler_name": "euler",
    "scheduler": "normal",
    "denoise": 1.0,
    "steps": 20,
    "cfg": 7,
}
GOOD["6"]["inputs"]["filename_prefix"] = "x"


def found(graph: dict[str, Any], **more: Any) -> tuple[LintFinding, ...]:
    return lint(parse(graph), classes(), **more)


def changed(node: str, **inputs: Any) -> dict[str, Any]:
    """The good graph with other inputs at a node; None takes one away."""
    graph = copy.deepcopy(GOOD)
    graph[node]["inputs"] |= inputs
    for name, value in inputs.items():
        if value is None:
            del graph[node]["inputs"][name]
    return graph


def only(graph: dict[str, Any], **more: Any) -> LintFinding:
    (finding,) = found(graph, **more)
    return finding


def test_a_good_graph_has_no_findings() -> None:
    assert found(GOOD) == ()


@pytest.mark.parametrize(
    ("node", "inputs", "rule"),
    [
        ("3", {"width": 8}, "value-out-of-range"),
        ("3", {"width": 20000}, "value-out-of-range"),
        ("4", {"steps": "many"}, "invalid-value"),
        ("4", {"steps": None}, "required-input-missing"),
        ("4", {"sampler_name": "eluer"}, "value-not-in-list"),
        ("4", {"scheduler": "beta57"}, "missing-pack-choice"),
        ("4", {"scheduler": "absent"}, "value-not-in-list"),
        ("5", {"vae": ["1", 1]}, "link-type-mismatch"),
        ("5", {"vae": ["1", 3]}, "absent-output"),
        ("5", {"vae": ["9", 0]}, "dangling-link"),
        ("5", {"vae": [1, 0]}, "bad-link"),
        ("5", {"vae": ["1", 2, 3]}, "bad-link"),
        ("1", {"ckpt_name": "gone.safetensors"}, "missing-model"),
        ("1", {"ckpt_name": "flux1-dev-fp8.safetensors"}, "model-path-differs"),
        ("1", {"ckpt_name": "sub\\flux1-dev-fp8.safetensors"}, "model-path-differs"),
    ],
)
def test_each_fault_is_an_error_at_its_place(
    node: str, inputs: dict[str, Any], rule: str
) -> None:
    finding = only(changed(node, **inputs))
    assert (finding.rule, finding.severity) == (rule, Severity.ERROR)
    assert finding.node_id == node
    assert finding.input in inputs
    assert finding.title
    assert finding.suggestion


@pytest.mark.parametrize(
    ("node", "inputs", "rule"),
    [
        ("3", {"width": 513}, "off-step"),
        ("4", {"stepz": 3}, "unknown-input"),
    ],
)
def test_what_comfyui_takes_is_a_note(
    node: str, inputs: dict[str, Any], rule: str
) -> None:
    finding = only(changed(node, **inputs))
    assert (finding.rule, finding.severity) == (rule, Severity.INFO)


@pytest.mark.parametrize("value", ["20", 20.0, True])
def test_what_comfyui_converts_is_no_fault(value: object) -> None:
    assert found(changed("4", steps=value)) == ()


def test_a_renamed_model_has_its_nearest_match() -> None:
    finding = only(changed("1", ckpt_name="SD15_fp16.safetensors"))
    assert finding.instead == "sd15.safetensors"
    assert finding.cause == "model-renamed-default"


def test_a_model_in_another_folder_is_found_there() -> None:
    finding = only(changed("1", ckpt_name="ae.safetensors"))
    assert "VAELoader" in finding.detail
    assert "models/checkpoints" in finding.suggestion


def test_one_missing_model_in_two_nodes_is_one_finding() -> None:
    graph = changed("1", ckpt_name="gone.safetensors")
    graph["7"] = copy.deepcopy(graph["1"])
    graph["2"]["inputs"]["clip"] = ["7", 1]
    finding = only(graph)
    assert finding.nodes == ("1", "7")
    assert finding.key == "missing-model:gone.safetensors"


def test_a_missing_node_names_its_pack_from_the_lists() -> None:
    graph = copy.deepcopy(GOOD)
    graph["7"] = {"class_type": "VHS_VideoCombine", "inputs": {"images": ["5", 0]}}
    (finding, *rest) = found(graph)
    assert finding.rule == "missing-node"
    assert "videohelpersuite" in finding.pack.lower()
    assert finding.cause == "missing-node-pack"
    assert all(other.severity is Severity.INFO for other in rest)


def test_a_newer_node_of_comfyui_itself_asks_for_an_update() -> None:
    drawing = Drawing()
    properties = {"cnr_id": "comfy-core", "ver": "0.99.0"}
    drawing.node("FromTheFuture", properties=properties)
    finding = next(iter(lint(parse(drawing.workflow()), classes())))
    assert "0.99.0" in finding.detail
    assert finding.suggestion == "Update ComfyUI."


def test_a_misspelt_node_has_its_nearest_name() -> None:
    graph = copy.deepcopy(GOOD)
    graph["4"]["class_type"] = "KSamplr"
    finding = found(graph)[0]
    assert finding.instead == "KSampler"


def test_a_node_without_a_class_is_told() -> None:
    finding = found(GOOD | {"7": {"inputs": {}}})[0]
    assert finding.rule == "missing-node"
    assert finding.node_id == "7"


def test_a_circle_names_its_way() -> None:
    graph = copy.deepcopy(GOOD)
    graph["7"] = {"class_type": "ImageInvert", "inputs": {"image": ["8", 0]}}
    graph["8"] = {"class_type": "ImageInvert", "inputs": {"image": ["7", 0]}}
    graph["6"]["inputs"]["images"] = ["7", 0]
    finding = next(f for f in found(graph) if f.rule == "dependency-cycle")
    assert finding.severity is Severity.ERROR
    assert finding.detail == (
        "Each waits for the next: 7 (ImageInvert) → 8 (ImageInvert) → 7 (ImageInvert)."
    )


def test_a_graph_without_a_result_is_told() -> None:
    graph = {name: node for name, node in GOOD.items() if name != "6"}
    assert only(graph).rule == "no-output-node"


def test_faults_where_nothing_runs_are_notes() -> None:
    graph = copy.deepcopy(GOOD)
    graph["7"] = {"class_type": "ImageInvert", "inputs": {}}
    rules = {f.rule: f for f in found(graph)}
    assert rules.keys() == {"required-input-missing", "unreachable-node"}
    assert all(f.severity is Severity.INFO for f in rules.values())
    assert rules["unreachable-node"].nodes == ("7",)


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        ("cat.png", ""),
        ("cat.png [input]", ""),
        ("dog.png", "missing-input-file"),
        ("made.png [output]", "file-not-listed"),
        ("clipspace/mask.png [input]", "file-not-listed"),
    ],
)
def test_uploads_are_looked_for_where_they_say(value: str, rule: str) -> None:
    graph = copy.deepcopy(GOOD)
    graph["7"] = {"class_type": "LoadImage", "inputs": {"image": value}}
    graph["6"]["inputs"]["images"] = ["7", 0]
    rules = {f.rule for f in found(graph)} - {"unreachable-node"}
    assert rules == ({rule} if rule else set())


def test_a_dynamic_choice_brings_its_inputs() -> None:
    graph = copy.deepcopy(GOOD)
    inputs = {"input": ["5", 0], "mode": "by size", "method": "area"}
    graph["7"] = {"class_type": "Resize", "inputs": inputs}
    graph["6"]["inputs"]["images"] = ["7", 0]
    assert only(graph).input == "mode.width"
    graph["7"]["inputs"]["mode.width"] = 64
    assert found(graph) == ()
    graph["7"]["inputs"]["mode"] = "as is"
    assert found(graph) == ()
    graph["7"]["inputs"]["mode"] = "by magic"
    finding = only(graph)
    assert (finding.rule, finding.severity) == ("value-not-in-list", Severity.WARNING)


def test_grown_inputs_are_checked_and_the_first_is_required() -> None:
    graph = copy.deepcopy(GOOD)
    graph["7"] = {"class_type": "Batch", "inputs": {"images.image1": ["4", 0]}}
    graph["6"]["inputs"]["images"] = ["7", 0]
    rules = {(f.rule, f.input) for f in found(graph)}
    assert ("required-input-missing", "images.image0") in rules
    assert ("link-type-mismatch", "images.image1") in rules


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        ({"denoise": 0.0}, "changes nothing"),
        ({"denoise": 0.4}, "empty latent"),
    ],
)
def test_settings_that_cannot_work_are_warnings(
    inputs: dict[str, Any], words: str
) -> None:
    finding = only(changed("4", **inputs))
    assert (finding.rule, finding.severity) == ("settings-conflict", Severity.WARNING)
    assert words in finding.title


def test_a_damaged_model_is_told() -> None:
    file = ModelFile("/m/sd15.safetensors", whole=False, problem="It is cut short.")
    file = ModelFile(**{**vars(file), "name": "sd15.safetensors"})
    finding = only(GOOD, files={"checkpoints": [file]})
    assert finding.rule == "damaged-model"
    assert finding.detail == "It is cut short."


def test_choices_of_a_pack_are_warnings_because_it_may_check_them_itself() -> None:
    graph = {"1": {"class_type": "Fancy", "inputs": {"text": "x", "mode": "c"}}}
    assert only(graph).severity is Severity.WARNING


def drawn(**more: Any) -> Drawing:
    """The good graph as the browser draws it."""
    drawing = Drawing()
    drawing.node("CheckpointLoaderSimple", values=("sd15.safetensors",))
    drawing.node("CLIPTextEncode", {"clip": (1, 1, "CLIP")}, values=("a cat",))
    drawing.node("EmptyLatentImage", values=(512, 512, 1))
    inputs = {
        "model": (1, 0, "MODEL"),
        "positive": (2, 0, "CONDITIONING"),
        "negative": (2, 0, "CONDITIONING"),
        "latent_image": (3, 0, "LATENT"),
    }
    values = more.get("values", (1, "randomize", 20, 7, "euler", "normal", 1))
    drawing.node("KSampler", inputs, values=values)
    samples = {"samples": (4, 0, "LATENT"), "vae": (1, 2, "VAE")}
    drawing.node("VAEDecode", samples, ("IMAGE",), mode=more.get("decode", 0))
    drawing.node("SaveImage", {"images": (5, 0, "IMAGE")}, values=("x",))
    drawing.node("Note", values=("words",))
    return drawing


def test_the_drawn_form_is_checked_like_the_posted_one() -> None:
    assert lint(parse(drawn().workflow()), classes()) == ()
    old = (1, True, 20, 7, "euler", "normal", 1)
    assert lint(parse(drawn(values=old).workflow()), classes()) == ()


def test_an_input_cut_by_a_bypass_says_where() -> None:
    (finding, *_) = lint(parse(drawn(decode=4).workflow()), classes())
    assert finding.rule == "required-input-missing"
    assert "node 5" in finding.detail.lower()
    assert "bypass" in finding.suggestion


def test_shifted_values_are_one_finding() -> None:
    values = (1, "randomize", 7, "euler", "normal", 1)
    (finding,) = lint(parse(drawn(values=values).workflow()), classes())
    assert finding.rule == "values-shifted"
    assert finding.node_id == "4"


def test_hostile_names_are_shown_as_plain_text() -> None:
    graph = {"1": {"class_type": "\x1b[31mX\u202e" + "y" * 5000, "inputs": {}}}
    for finding in found(graph):
        assert "\x1b" not in finding.title + finding.detail
        assert "\u202e" not in finding.title + finding.detail
        assert len(finding.title) < 1000


def test_ten_thousand_faults_end_in_bounded_findings() -> None:
    graph = {
        str(n): {"class_type": "SaveImage", "inputs": {"images": ["x", n]}}
        for n in range(10_000)
    }
    assert len(found(graph)) <= 2000


def test_the_definitions_are_not_changed() -> None:
    before = json.dumps(SERVER)
    found(changed("1", ckpt_name="gone.safetensors"))
    assert json.dumps(SERVER) == before
