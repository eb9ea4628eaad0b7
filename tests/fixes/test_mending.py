from comfydoctor.fixes.mending import mended, nearest
from comfydoctor.workflow.classes import Classes, Told


def combo(*choices):
    return [list(choices), {}]


CLASSES = {
    "Loader": {
        "input": {"required": {"ckpt_name": combo("sd/a_v2.safetensors", "b.ckpt")}},
        "input_order": {"required": ["ckpt_name"]},
        "python_module": "nodes",
    },
    "Sampler": {
        "input": {
            "required": {
                "seed": ["INT", {"min": 0, "max": 99, "control_after_generate": True}],
                "steps": ["INT", {"default": 20, "min": 1, "max": 100}],
                "cfg": ["FLOAT", {"min": 0.0, "max": 30.0}],
                "name": combo("euler", "dpmpp_2m"),
            }
        },
        "input_order": {"required": ["seed", "steps", "cfg", "name"]},
        "python_module": "nodes",
    },
    "New": {
        "input": {"required": {"fresh": ["INT", {}], "how": combo("x")}},
        "input_order": {"required": ["fresh", "how"]},
        "python_module": "nodes",
    },
}
RULE = {
    "new_node_id": "New",
    "old_node_id": "Old",
    "input_mapping": [
        {"new_id": "fresh", "old_id": "stale"},
        {"new_id": "how", "set_value": "x"},
    ],
    "output_mapping": [{"old_idx": 1, "new_idx": 0}],
}


def mend(document, rules=None, only=("values", "models", "nodes")):
    return mended(document, Classes(Told(CLASSES)), rules or {}, only)


def test_values_become_the_nearest_valid_ones():
    inputs = {"seed": 1, "steps": 500, "cfg": -1.5, "name": "dpmpp_2m_sde"}
    graph = {"3": {"class_type": "Sampler", "inputs": inputs}}
    found = {m.input: (m.before, m.after) for m in mend(graph)}
    assert found == {
        "steps": (500, 100),
        "cfg": (-1.5, 0.0),
        "name": ("dpmpp_2m_sde", "dpmpp_2m"),
    }
    assert graph["3"]["inputs"]["seed"] == 1


def test_a_model_is_found_in_another_folder_or_spelling():
    choices = ["sd/a_v2.safetensors", "b.ckpt"]
    assert nearest("old\\a_v2.safetensors", choices) == "sd/a_v2.safetensors"
    assert nearest("A-v2.safetensors", choices) == "sd/a_v2.safetensors"
    assert nearest("flux1-dev-kontext.safetensors", choices) == ""


def test_only_what_is_asked_for_changes():
    graph = {
        "1": {"class_type": "Loader", "inputs": {"ckpt_name": "a-v2.safetensors"}},
        "3": {"class_type": "Sampler", "inputs": {"steps": 500}},
    }
    assert [m.what for m in mend(graph, only=("models",))] == ["models"]
    assert graph["3"]["inputs"]["steps"] == 500


def test_the_drawn_form_keeps_every_other_value_in_its_place():
    document = {
        "nodes": [
            {
                "id": 3,
                "type": "Sampler",
                "widgets_values": [7, "fixed", 500, 7, "euler"],
            }
        ],
        "links": [],
    }
    (one,) = mend(document)
    assert (one.node, one.input, one.after) == ("3", "steps", 100)
    assert document["nodes"][0]["widgets_values"] == [7, "fixed", 100, 7, "euler"]


def test_a_value_whose_place_is_not_certain_is_left_alone():
    values = [500, "fixed", 500, 7, "euler"]  # seed is too large as well
    document = {"nodes": [{"id": 3, "type": "Sampler", "widgets_values": values}]}
    mend(document)
    now = document["nodes"][0]["widgets_values"]
    assert now[1:] == ["fixed", 100, 7, "euler"]


def test_an_old_node_becomes_the_one_that_the_server_names():
    graph = {
        "1": {"class_type": "Old", "inputs": {"stale": 5, "gone": 1}},
        "2": {"class_type": "Loader", "inputs": {"in": ["1", 1], "other": ["9", 1]}},
    }
    mend(graph, {"Old": [RULE]})
    assert graph["1"] == {"class_type": "New", "inputs": {"fresh": 5, "how": "x"}}
    assert graph["2"]["inputs"] == {"in": ["1", 0], "other": ["9", 1]}
    drawn = {"nodes": [{"id": 1, "type": "Old", "widgets_values": [5]}]}
    assert mend(drawn, {"Old": [RULE]}) == ()
