"""Two states of a workflow, compared in words."""

import copy
import json

import pytest

from comfydoctor.errors import NotAWorkflow
from comfydoctor.model.difference import DiffKind, brief
from comfydoctor.workflow.diff import diff_texts

SAMPLER = ["seed", "steps", "cfg", "sampler_name", "scheduler", "denoise"]
NAMES = {"KSampler": SAMPLER, "CheckpointLoaderSimple": ["ckpt_name"]}.get


def names(kind):
    return NAMES(kind, ())


def node(number, kind, *values, inputs=(), at=(0, 0), **more):
    return {
        "id": number,
        "type": kind,
        "pos": list(at),
        "size": [200, 100],
        "mode": 0,
        "inputs": list(inputs),
        "outputs": [],
        "widgets_values": list(values),
        **more,
    }


def graph():
    """A loader and a sampler, in a group each."""
    return {
        "id": "0d2a",
        "nodes": [
            node(1, "CheckpointLoaderSimple", "a.safetensors", at=(10, 10)),
            node(
                *(2, "KSampler", 42, "randomize", 20, 8.0, "euler", "normal", 1.0),
                inputs=[{"name": "model", "type": "MODEL", "link": 7}],
                at=(510, 10),
            ),
        ],
        "links": [[7, 1, 0, 2, 0, "MODEL"]],
        "groups": [
            {"title": "Load", "bounding": [0, 0, 400, 400]},
            {"title": "Sample", "bounding": [500, 0, 400, 400]},
        ],
    }


def posted(ckpt="a.safetensors", steps=20, seed=42):
    values = [seed, steps, 8.0, "euler", "normal", 1.0]
    sampler = dict(zip(SAMPLER, values, strict=True)) | {"model": ["1", 0]}
    return {
        "1": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": ckpt}},
        "2": {"class_type": "KSampler", "inputs": sampler},
    }


def compare(before, after, names=names):
    return diff_texts(json.dumps(before), json.dumps(after), names)


@pytest.fixture
def later():
    return copy.deepcopy(graph())


def test_the_same_state_has_no_difference(later):
    found = compare(graph(), later)
    assert found.differences == ()
    assert found.summary == "No difference"


def test_a_value_is_told_from_to_by_its_name(later):
    later["nodes"][1]["widgets_values"][2] = 30
    later["nodes"][1]["widgets_values"][4] = "dpmpp_2m"
    assert compare(graph(), later).lines() == (
        "KSampler #2: steps 20 → 30",
        "KSampler #2: sampler_name euler → dpmpp_2m",
    )


def test_without_definitions_values_are_numbered_and_seeds_known_all_the_same(later):
    later["nodes"][1]["widgets_values"][0] = 43
    later["nodes"][1]["widgets_values"][2] = 30
    found = compare(graph(), later, names=None)
    assert found.lines() == ("KSampler #2: value 3 20 → 30",)
    assert found.seeds == 1


def test_a_model_is_told_apart_from_other_values(later):
    later["nodes"][0]["widgets_values"] = ["b.gguf"]
    (found,) = compare(graph(), later).shown
    assert found.kind is DiffKind.MODEL
    assert found.words.endswith("ckpt_name a.safetensors → b.gguf")


def test_seeds_and_places_are_folded_away(later):
    later["nodes"][1]["widgets_values"][0] = 99
    later["nodes"][0]["pos"] = [20, 20]
    found = compare(graph(), later)
    assert found.shown == ()
    assert (found.seeds, found.layout) == (1, 1)
    assert found.summary == "1 other seed, 1 node moved"
    assert len(found.lines(folded=True)) == 2


def test_nodes_that_came_and_went_are_named_with_their_group(later):
    later["nodes"].append(node(3, "LoraLoader", "l.safetensors", 1.0, at=(510, 200)))
    added = compare(graph(), later)
    assert added.lines() == ("Added LoraLoader #3 in group “Sample”",)
    assert added.nodes == (2, 3)
    assert compare(later, graph()).lines() == (
        "Removed LoraLoader #3 in group “Sample”",
    )


def test_a_node_moved_between_groups_is_told(later):
    later["nodes"][0]["pos"] = [510, 200]
    assert compare(graph(), later).lines() == (
        "CheckpointLoaderSimple #1: moved from group “Load” to “Sample”",
    )
    later["nodes"][0]["pos"] = [5000, 5000]
    assert "left group “Load”" in compare(graph(), later).lines()[0]
    assert "moved into group “Load”" in compare(later, graph()).lines()[0]


def test_a_connection_is_told_by_where_it_comes_from(later):
    later["nodes"].insert(1, node(3, "LoraLoader", "l.safetensors", at=(10, 200)))
    later["links"] = [[7, 3, 0, 2, 0, "MODEL"]]
    lines = compare(graph(), later).lines()
    assert (
        "KSampler #2: model CheckpointLoaderSimple #1, output 0 → LoraLoader #3,"
        " output 0" in lines
    )


def test_switching_and_renaming_a_node_is_told(later):
    later["nodes"][1] |= {"mode": 2, "title": "Second pass"}
    assert compare(graph(), later).lines() == (
        "Second pass #2: active → muted",
        "Second pass #2: was called KSampler",
    )


def test_nodes_that_were_only_renumbered_are_the_same(later):
    later["nodes"][0]["id"], later["nodes"][1]["id"] = 11, 12
    later["links"] = [[7, 11, 0, 12, 0, "MODEL"]]
    assert compare(graph(), later).shown == ()


def test_a_file_is_compared_with_the_posted_form_of_a_picture(later):
    later["nodes"].append(node(9, "Note", "remember the milk"))
    found = compare(later, posted("b.safetensors", steps=25, seed=7), names=None)
    assert found.lines() == (
        "CheckpointLoaderSimple #1: ckpt_name a.safetensors → b.safetensors",
        "KSampler #2: steps 20 → 25",
    )
    assert found.seeds == 1


def test_subgraphs_are_compared_inside_too():
    inner = {"id": "sub", "name": "Face", "nodes": [node(5, "Blur", 3)], "links": []}
    before = graph()
    before["nodes"].append(node(8, "sub"))
    before["definitions"] = {"subgraphs": [inner]}
    after = copy.deepcopy(before)
    after["definitions"]["subgraphs"][0]["nodes"][0]["widgets_values"] = [4]
    after["definitions"]["subgraphs"][0]["nodes"][0]["pos"] = [9, 9]
    found = compare(before, after)
    assert found.lines() == ("Blur #8:5: value 3 → 4",)
    assert found.layout == 1


def test_long_texts_lose_their_middle_in_the_words_only(later):
    before = graph()
    for state, last in ((before, "dog"), (later, "cat")):
        state["nodes"].append(node(4, "CLIPTextEncode", "word " * 60 + last))
    (found,) = compare(before, later).shown
    assert found.words.endswith("cat")
    assert len(found.words) < 200
    assert len(found.after) > 300


def test_what_is_no_workflow_is_refused():
    with pytest.raises(NotAWorkflow):
        diff_texts("{}", json.dumps(graph()))


def test_a_value_on_one_line():
    assert brief("a\n b") == "a b"
    assert brief("") == "nothing"
    assert len(brief("x" * 500)) <= 60
