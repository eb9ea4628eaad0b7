import json

import pytest

from comfydoctor.errors import NotApplicable
from comfydoctor.fixes.lighter import LIGHTENINGS, lighten, restored, usual
from tests.fixes.jobs import painting, picture
from tests.fixes.stages import CHECKPOINT

VIDEO = {
    "1": {
        "class_type": "EmptyHunyuanLatentVideo",
        "inputs": {"width": 1280, "height": 720, "length": 121, "batch_size": 4},
    }
}


def graph():
    made = painting(CHECKPOINT)
    made["4"]["inputs"] |= {"width": 1000, "height": 600, "batch_size": 8}
    made["5"]["inputs"]["steps"] = 50
    return made


@pytest.mark.parametrize(
    ("wishes", "expected"),
    [
        ({"batch": "2"}, {("4", "batch_size"): 2}),
        ({"size": "75%"}, {("4", "width"): 736, ("4", "height"): 448}),
        ({"size": "0.5"}, {("4", "width"): 496, ("4", "height"): 288}),
        ({"steps": "20"}, {("5", "steps"): 20}),
        (
            {"tiled_vae": "yes"},
            {("6", "class_type"): "VAEDecodeTiled", ("6", "tile_size"): 512},
        ),
    ],
)
def test_each_change_is_what_its_name_says(wishes, expected):
    made, edits = lighten(graph(), wishes)
    for (node, name), value in expected.items():
        found = made[node]
        assert (found if name == "class_type" else found["inputs"])[name] == value
    assert all(edit.difference.startswith("- node ") for edit in edits)
    untouched = set(graph()) - {node for node, _ in expected}
    assert all(made[node] == graph()[node] for node in untouched)


def test_frames_stay_on_what_video_models_take():
    made, _ = lighten(VIDEO, {"frames": "50"})
    assert made["1"]["inputs"]["length"] == 49


@pytest.mark.parametrize("option", [one.option for one in LIGHTENINGS])
def test_every_change_has_its_way_back(option):
    value = {"tiled_vae": "yes", "size": "60%"}.get(option, "3")
    source = VIDEO if option == "frames" else graph()
    before = json.dumps(source)
    made, edits = lighten(source, {option: value})
    assert made != source
    assert restored(made, edits) == source
    assert json.dumps(source) == before


def test_without_a_wish_the_mildest_are_taken():
    made, _ = lighten(graph(), usual(graph()))
    assert made["4"]["inputs"]["batch_size"] == 1
    assert made["4"]["inputs"]["width"] == 1000
    assert made["6"]["class_type"] == "VAEDecodeTiled"
    plain = {"1": {"class_type": "EmptyImage", "inputs": {"width": 1024, "height": 8}}}
    assert lighten(plain, usual(plain))[0]["1"]["inputs"]["width"] == 768
    assert usual(graph(), tiles=False) == {"batch": "1"}


def test_what_does_nothing_or_is_unknown_is_told():
    for source, wishes, words in (
        (picture(), {"steps": "3"}, "Nothing in this job"),
        (graph(), {"beauty": "1"}, "no way to make"),
        (graph(), {"size": "150%"}, "no part of a size"),
        (graph(), {"size": "x"}, "no part of a size"),
        (graph(), {"batch": "0"}, "no number"),
        (graph(), {"tiled_vae": "no"}, "Nothing in this job"),
        ({"1": "no node", "2": {"inputs": []}}, {"batch": "1"}, "Nothing in this job"),
    ):
        with pytest.raises(NotApplicable, match=words):
            lighten(source, wishes)
