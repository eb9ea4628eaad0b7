import json
from pathlib import Path

import pytest

from comfydoctor.errors import NotAWorkflow
from comfydoctor.model.workflow import Link, Lost, Mode, Why
from comfydoctor.workflow.parse import parse
from tests.workflow.drawing import Drawing

API = {
    "1": {"class_type": "EmptyImage", "inputs": {"width": 64}, "_meta": {"title": "E"}},
    "2": {"class_type": "SaveImage", "inputs": {"images": ["1", 0]}},
}


def test_the_posted_form_keeps_its_values_and_links() -> None:
    found = parse(json.dumps(API))
    assert found.form == "api"
    assert found.by_id["2"].inputs == {"images": Link("1", 0)}
    assert found.by_id["1"].inputs == {"width": 64}
    assert found.by_id["1"].title == "E"


@pytest.mark.parametrize(
    "wrapped",
    [
        {"prompt": API, "client_id": "x"},
        {"prompt": [3, "id", API, {}, ["2"]]},
        {"e7": {"prompt": [3, "id", API, {}, ["2"]], "outputs": {}}},
        {"prompt": json.dumps(API)},
        {"prompt": API, "workflow": Drawing().workflow()},
    ],
)
def test_wrappings_are_taken_off(wrapped: dict[str, object]) -> None:
    assert parse(wrapped).by_id.keys() == {"1", "2"}


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"{}", b"nonsense", b'{"a":1}', b"[" * 100_000, b'{"nodes":[]}'],
)
def test_what_is_no_workflow_is_said(data: bytes) -> None:
    with pytest.raises(NotAWorkflow):
        parse(data)


def test_nan_and_windows_marks_are_taken() -> None:
    text = json.dumps(API).replace("64", "NaN")
    assert len(parse(text).nodes) == 2
    assert len(parse(b"\xef\xbb\xbf" + text.encode()).nodes) == 2
    assert len(parse(text.encode("utf-16")).nodes) == 2


def test_reroutes_are_followed_to_the_source() -> None:
    drawing = Drawing()
    image = drawing.node("EmptyImage", outputs=("IMAGE",))
    first = drawing.node("Reroute", {"": (image, 0, "*")}, ("IMAGE",))
    second = drawing.node("Reroute", {"": (first, 0, "*")}, ("IMAGE",))
    drawing.node("SaveImage", {"images": (second, 0, "IMAGE")})
    found = parse(drawing.workflow())
    assert found.by_id["4"].inputs == {"images": Link("1", 0)}
    assert [node.id for node in found.sent] == ["1", "4"]


def test_reroutes_in_a_circle_are_lost_not_followed_for_ever() -> None:
    drawing = Drawing()
    drawing.node("Reroute", {"": (2, 0, "*")}, ("IMAGE",))
    drawing.node("Reroute", {"": (1, 0, "*")}, ("IMAGE",))
    drawing.node("SaveImage", {"images": (1, 0, "IMAGE")})
    assert parse(drawing.workflow()).by_id["3"].lost["images"].why is Why.LOOP


def test_a_muted_source_is_lost_and_a_bypassed_one_is_passed_through() -> None:
    drawing = Drawing()
    image = drawing.node("EmptyImage", outputs=("IMAGE",))
    muted = drawing.node(
        "ImageInvert", {"image": (image, 0, "IMAGE")}, ("IMAGE",), mode=2
    )
    inputs = {"mask": None, "image": (image, 0, "IMAGE")}
    passed = drawing.node("ImageBlur", inputs, ("IMAGE",), mode=4)
    drawing.nodes[-1]["inputs"][0]["type"] = "MASK"
    drawing.node("SaveImage", {"images": (muted, 0, "IMAGE")})
    drawing.node("SaveImage", {"images": (passed, 0, "IMAGE")})
    found = parse(drawing.workflow())
    assert found.by_id["4"].lost == {"images": Lost("2", Why.MUTED)}
    assert found.by_id["5"].inputs == {"images": Link("1", 0)}
    assert found.by_id["2"].mode is Mode.MUTED
    assert [node.id for node in found.sent] == ["1", "4", "5"]


def test_a_bypass_without_a_fitting_input_brings_nothing() -> None:
    drawing = Drawing()
    image = drawing.node("EmptyImage", outputs=("IMAGE",))
    encode = drawing.node(
        "VAEEncode", {"pixels": (image, 0, "IMAGE")}, ("LATENT",), mode=4
    )
    drawing.node("KSampler", {"latent_image": (encode, 0, "LATENT")})
    found = parse(drawing.workflow()).by_id["3"]
    assert found.lost == {"latent_image": Lost("2", Why.BYPASSED)}


def test_a_primitive_gives_its_value() -> None:
    drawing = Drawing()
    primitive = drawing.node("PrimitiveNode", outputs=("INT",), values=(7, "fixed"))
    drawing.node("EmptyImage", {"width": (primitive, 0, "INT")})
    found = parse(drawing.workflow())
    assert found.by_id["2"].inputs == {"width": 7}
    assert [node.id for node in found.sent] == ["2"]


def test_set_and_get_nodes_connect_by_name() -> None:
    drawing = Drawing()
    image = drawing.node("EmptyImage", outputs=("IMAGE",))
    drawing.node("SetNode", {"IMAGE": (image, 0, "IMAGE")}, ("*",), ("pic",))
    get = drawing.node("GetNode", outputs=("IMAGE",), values=("pic",))
    drawing.node("SaveImage", {"images": (get, 0, "IMAGE")})
    assert parse(drawing.workflow()).by_id["4"].inputs == {"images": Link("1", 0)}


def test_connections_of_use_everywhere_count() -> None:
    drawing = Drawing()
    drawing.node("EmptyImage", outputs=("IMAGE",))
    drawing.node("SaveImage", {"images": None})
    link = {"downstream": 2, "downstream_slot": 0, "upstream": "1", "upstream_slot": 0}
    drawing.extra["ue_links"] = [link]
    assert parse(drawing.workflow()).by_id["2"].inputs == {"images": Link("1", 0)}


def nested() -> Drawing:
    """An image goes through two subgraphs, one in the other."""
    deep = Drawing()
    deep.node("ImageInvert", {"image": (-10, 0, "IMAGE")}, ("IMAGE",))
    deep.wire(1, 0, -20, 0, "IMAGE")
    inner = Drawing()
    inner.node("deep", {"image": (-10, 0, "IMAGE")}, ("IMAGE",), id=5)
    inner.node("EmptyImage", {"width": (-10, 1, "INT")}, values=(64, 32, 1, 0), id=6)
    inner.nodes[-1]["inputs"][0]["widget"] = {"name": "width"}
    inner.wire(5, 0, -20, 0, "IMAGE")
    inner.subgraph("deep", deep, ("image",), ("IMAGE",))
    outer = Drawing()
    outer.node("EmptyImage", outputs=("IMAGE",))
    outer.node("inner", {"image": (1, 0, "IMAGE"), "width": None}, ("IMAGE",))
    outer.node("SaveImage", {"images": (2, 0, "IMAGE")})
    outer.subgraph("inner", inner, ("image", "width"), ("IMAGE",))
    return outer


def test_subgraphs_are_taken_apart() -> None:
    found = parse(nested().workflow())
    assert [node.id for node in found.nodes] == ["1", "3", "2:6", "2:5:1"]
    assert found.by_id["2:5:1"].inputs == {"image": Link("1", 0)}
    assert found.by_id["3"].inputs == {"images": Link("2:5:1", 0)}
    assert found.by_id["2:5:1"].within == "Sub deep"


def test_a_value_on_the_face_of_a_subgraph_goes_to_the_node_inside() -> None:
    drawing = nested()
    drawing.nodes[1]["widgets_values"] = [99]
    assert parse(drawing.workflow()).by_id["2:6"].inputs == {"width": 99}


def test_older_faces_name_the_widget_inside() -> None:
    drawing = nested()
    drawing.nodes[1]["properties"]["proxyWidgets"] = [["6", "height"], ["-1", "width"]]
    drawing.nodes[1]["widgets_values"] = [48, 99]
    found = parse(drawing.workflow()).by_id["2:6"]
    assert found.inputs == {"height": 48, "width": 99}


def test_what_lies_in_a_muted_subgraph_is_muted() -> None:
    drawing = nested()
    drawing.nodes[1]["mode"] = 2
    found = parse(drawing.workflow())
    assert [node.id for node in found.sent] == ["1", "3"]
    assert found.by_id["3"].lost == {"images": Lost("2", Why.MUTED)}


def test_a_bypassed_subgraph_hands_its_input_on() -> None:
    drawing = nested()
    drawing.nodes[1]["mode"] = 4
    assert parse(drawing.workflow()).by_id["3"].inputs == {"images": Link("1", 0)}


def test_a_subgraph_in_itself_ends() -> None:
    drawing = Drawing()
    inner = Drawing()
    inner.node("loop")
    drawing.node("loop")
    drawing.subgraph("loop", inner)
    assert [node.id for node in parse(drawing.workflow()).nodes] == ["1:1"]


def test_a_link_to_nothing_is_told() -> None:
    drawing = Drawing()
    drawing.node("SaveImage", {"images": (77, 0, "IMAGE")})
    found = parse(drawing.workflow()).by_id["1"]
    assert found.lost == {"images": Lost("77", Why.GONE)}


def test_hints_to_packs_and_models_are_kept() -> None:
    drawing = Drawing()
    model = {"name": "a.safetensors", "directory": "loras", "url": "https://x.org/a"}
    more = {"cnr_id": "some-pack", "aux_id": "me/pack", "ver": "1.2", "models": [model]}
    drawing.node("X", properties=more)
    found = parse(drawing.workflow()).by_id["1"]
    assert found.pack.id == "some-pack"
    assert found.pack.repository == "me/pack"
    assert found.models[0].folder == "loras"


@pytest.mark.timeout(30)
def test_huge_nodes_faces_and_chains_take_time_in_proportion() -> None:
    """Looking anything up once for each input would take hours here."""
    count = 20_000
    wide = Drawing()
    wide.node("A", {f"i{n}": (2, 0, "*") for n in range(count)})
    wide.node("B", outputs=("*",))
    assert len(parse(wide.workflow()).by_id["1"].inputs) == count

    inner = Drawing()
    inner.node("A", {f"i{n}": (-10, n, "*") for n in range(count)})
    for slot in inner.nodes[0]["inputs"]:
        slot["widget"] = {"name": slot["name"]}
    names = tuple(f"f{n}" for n in range(count))
    outer = Drawing()
    outer.node("sub", dict.fromkeys(names), values=tuple(range(count)))
    outer.subgraph("sub", inner, names)
    assert parse(outer.workflow()).by_id["1:1"].inputs[f"i{count - 1}"] == count - 1

    chain = Drawing()
    chain.node("B", outputs=("*",))
    for n in range(count):
        chain.node("Reroute", {"": (n + 1, 0, "*")}, ("*",))
    chain.node("A", {f"i{n}": (count + 1, 0, "*") for n in range(count)})
    assert set(parse(chain.workflow()).nodes[-1].inputs.values()) == {Link("1", 0)}


def test_every_saved_file_of_the_test_data_is_read() -> None:
    folder = Path(__file__).parents[1] / "data" / "workflows"
    files = sorted(folder.glob("*.json"))
    assert files
    for file in files:
        assert parse(file.read_bytes()).sent, file.name
