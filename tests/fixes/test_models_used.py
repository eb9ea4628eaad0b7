from comfydoctor.fixes.models_used import main_models, models_used
from tests.fixes.jobs import painting, picture
from tests.fixes.stages import CHECKPOINT


def test_models_are_found_by_what_names_a_file():
    import json

    graph = painting(CHECKPOINT)
    graph["7"] = {"class_type": "LoraLoader", "inputs": {"lora_name": "a.safetensors"}}
    text = json.dumps(graph)
    assert models_used(text) == (CHECKPOINT, "a.safetensors")
    assert main_models(text) == {CHECKPOINT}
    assert models_used(json.dumps(picture())) == ()
    assert models_used("no json") == ()
    assert main_models('[1, {"inputs": 3}]') == frozenset()
