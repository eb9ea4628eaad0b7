"""One node gets its old values back; nothing else changes."""

import json

import pytest

from comfydoctor.errors import NotAWorkflow
from comfydoctor.workflow.diff import diff_texts
from comfydoctor.workflow.diff_restore import restore_node


def drawn(steps, prompt="a cat", kind="KSampler"):
    nodes = [
        {"id": 1, "type": "CLIPTextEncode", "widgets_values": [prompt]},
        {"id": 2, "type": kind, "widgets_values": [7, "fixed", steps], "pos": [1, 2]},
        {"id": 3, "type": "sub"},
    ]
    inner = [{"id": 5, "type": "Blur", "widgets_values": [steps * 2]}]
    subgraphs = [{"id": "sub", "nodes": inner}]
    return {"nodes": nodes, "links": [], "definitions": {"subgraphs": subgraphs}}


def write(graph, **options):
    return json.dumps(graph, **options).encode()


def test_only_that_nodes_values_go_back():
    now, then = write(drawn(30, "a dog")), write(drawn(20))
    made = restore_node(now, then, "2")
    assert json.loads(made)["nodes"][1]["widgets_values"] == [7, "fixed", 20]
    assert diff_texts(now, made).lines() == ("KSampler #2: value 3 30 → 20",)


def test_a_node_inside_a_subgraph():
    made = restore_node(write(drawn(30)), write(drawn(20)), "3:5")
    assert diff_texts(write(drawn(30)), made).lines() == ("Blur #3:5: value 60 → 40",)


def test_the_posted_form_keeps_its_links():
    now = {"2": {"class_type": "K", "inputs": {"steps": 30, "model": ["9", 0]}}}
    then = {"2": {"class_type": "K", "inputs": {"steps": 20, "model": ["1", 0]}}}
    made = json.loads(restore_node(write(now), write(then), "2"))
    assert made["2"]["inputs"] == {"steps": 20, "model": ["9", 0]}


def test_the_file_keeps_its_manner():
    then = write(drawn(20))
    assert b"\n" not in restore_node(write(drawn(30)), then, "2")
    assert restore_node(write(drawn(30), indent=2), then, "2").count(b"\n") > 20


@pytest.mark.parametrize("node", ["9", "3:9", "9:5", ""])
def test_a_node_that_is_not_there_is_refused(node):
    with pytest.raises(NotAWorkflow, match="no node"):
        restore_node(write(drawn(30)), write(drawn(20)), node)


def test_a_node_of_another_class_is_refused():
    with pytest.raises(NotAWorkflow, match="was a KSampler then"):
        restore_node(write(drawn(30, kind="Other")), write(drawn(20)), "2")
