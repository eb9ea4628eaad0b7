import json
from pathlib import Path
from typing import Any

import pytest

from comfydoctor.workflow.classes import Classes, Told
from comfydoctor.workflow.convert import prompt, prompt_json, to_api
from comfydoctor.workflow.parse import parse
from tests.workflow.drawing import Drawing
from tests.workflow.servers import SERVER, classes, define

FOLDER = Path(__file__).parents[1] / "data" / "workflows"


def converted(drawing: Drawing, server: Classes | None = None) -> dict[str, Any]:
    """Inputs of the first node as they would be posted."""
    posted = prompt(to_api(parse(drawing.workflow()), server or classes()))
    inputs: dict[str, Any] = posted["1"]["inputs"]  # type: ignore[index]
    return inputs


def test_values_go_to_their_inputs_and_controls_to_none() -> None:
    drawing = Drawing()
    drawing.node("KSampler", values=(5, "fixed", 30, 7.5, "euler", "karras", 0.5))
    assert converted(drawing) == {
        "seed": 5,
        "steps": 30,
        "cfg": 7.5,
        "sampler_name": "euler",
        "scheduler": "karras",
        "denoise": 0.5,
    }


def test_widgets_without_a_value_keep_their_default() -> None:
    drawing = Drawing()
    drawing.node("EmptyLatentImage", values=(64,))
    assert converted(drawing) == {"width": 64, "height": 512, "batch_size": 1}


def test_values_by_name_need_no_order() -> None:
    drawing = Drawing()
    drawing.node("EmptyLatentImage", values={"batch_size": 3, "width": 8, "preview": 1})
    assert converted(drawing) == {"width": 8, "height": 512, "batch_size": 3}


def test_an_upload_button_takes_a_place_at_the_end_of_the_required() -> None:
    upload = define(
        {"image": [["a.png"], {"image_upload": True}]},
        {"channel": [["red", "alpha"], {}]},
    )
    drawing = Drawing()
    drawing.node("Load", values=("a.png", "image", "alpha"))
    found = converted(drawing, Classes(Told({"Load": upload})))
    assert found == {"image": "a.png", "channel": "alpha"}


def test_a_dynamic_choice_takes_the_values_of_what_it_brings() -> None:
    drawing = Drawing()
    drawing.node("Resize", values=("by size", 640, "lanczos"))
    assert converted(drawing) == {
        "mode": "by size",
        "mode.width": 640,
        "method": "lanczos",
    }
    drawing = Drawing()
    drawing.node("Resize", values=("as is", "lanczos"))
    assert converted(drawing) == {"mode": "as is", "method": "lanczos"}


def test_inputs_that_must_be_connected_take_no_value() -> None:
    forced = define({"a": ["STRING", {"forceInput": True}], "b": ["STRING", {}]})
    drawing = Drawing()
    drawing.node("X", values=("for b",))
    assert converted(drawing, Classes(Told({"X": forced}))) == {"b": "for b"}


def test_lists_of_values_are_wrapped_and_links_are_pairs() -> None:
    many = define({"tags": [["a", "b"], {"multiselect": True}], "image": ["IMAGE"]})
    drawing = Drawing()
    drawing.node("Many", {"image": (2, 0, "IMAGE")}, values=(["a", "b"],))
    drawing.node("LoadImage", outputs=("IMAGE",), values=("cat.png", "image"))
    found = converted(drawing, Classes(Told(SERVER | {"Many": many})))
    assert found == {"tags": {"__value__": ["a", "b"]}, "image": ["2", 0]}


def test_muted_and_drawn_nodes_are_not_posted() -> None:
    drawing = Drawing()
    drawing.node("LoadImage", mode=2)
    drawing.node("Note")
    drawing.node("SaveImage")
    assert prompt(to_api(parse(drawing.workflow()), classes())).keys() == {"3"}


@pytest.mark.parametrize("name", ["saved-ui.json", "saved-api.json"])
def test_both_forms_of_one_graph_are_posted_alike(name: str) -> None:
    server = classes_of_the_files()
    found = json.loads(prompt_json(to_api(parse((FOLDER / name).read_bytes()), server)))
    posted = json.loads((FOLDER / "saved-api.json").read_bytes())
    for node in (*found.values(), *posted.values()):
        node.pop("_meta", None)
    assert found == posted


def classes_of_the_files() -> Classes:
    """What the saved pictures were made with."""
    number = ["INT", {"default": 1, "min": 0}]
    names = ("width", "height", "batch_size", "color")
    empty = define(dict.fromkeys(names, number), outputs=("IMAGE",))
    return Classes(Told({"EmptyImage": empty, "SaveImage": SERVER["SaveImage"]}))
