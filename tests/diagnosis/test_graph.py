"""Both forms of a workflow become the same nodes."""

from comfydoctor.diagnosis.graph import Link, read_graph

API = {
    "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "a.ckpt"}},
    "3": {"class_type": "KSampler", "inputs": {"model": ["4", 0], "steps": 20}},
    "extra": {"no": "node"},
}
UI = {
    "nodes": [
        {"id": 4, "type": "CheckpointLoaderSimple", "widgets_values": ["a.ckpt"]},
        {"id": 5, "type": "VHS_VideoCombine", "widgets_values": {"rate": 8}},
        {"id": 6, "type": "Note", "widgets_values": ["hello"]},
        {"id": 7, "type": "Muted", "mode": 2},
        {"id": 8, "type": "Bypassed", "mode": 4},
        {"id": 9, "type": "uuid-1"},
        {"id": 10, "type": "ImageResize+", "properties": {"cnr_id": "essentials"}},
        "not a node",
    ],
    "definitions": {
        "subgraphs": [
            {"id": "uuid-1", "nodes": [{"id": 1, "type": "Inner"}, {"type": "uuid-2"}]},
            {
                "id": "uuid-2",
                "nodes": [{"id": 1, "type": "Deep"}, {"type": "uuid-1"}],
            },
        ]
    },
}


def test_the_api_form_has_values_and_links_by_name():
    graph = read_graph(API)
    assert graph.is_api and graph.types == {"CheckpointLoaderSimple", "KSampler"}
    sampler = next(node for node in graph.nodes if node.type == "KSampler")
    assert sampler.inputs == {"model": Link("4", 0), "steps": 20}


def test_a_posted_body_is_unwrapped():
    assert read_graph({"prompt": API}).types == read_graph(API).types


def test_the_ui_form_gives_what_is_sent_and_no_more():
    graph = read_graph(UI)
    kinds = [node.type for node in graph.nodes]
    assert not graph.is_api
    assert kinds == [
        "CheckpointLoaderSimple",
        "VHS_VideoCombine",
        "Inner",
        "Deep",
        "ImageResize+",
    ]
    assert graph.nodes[0].widgets == ("a.ckpt",)
    assert graph.nodes[1].widgets == (8,)
    assert graph.nodes[-1].pack == "essentials"


def test_other_files_are_no_workflow():
    assert read_graph({}) is None
    assert read_graph({"nodes": []}) is None
    assert read_graph({"a": 1, "b": [2]}) is None
