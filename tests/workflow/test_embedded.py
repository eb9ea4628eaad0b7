import json
import struct
import tracemalloc
import zlib
from pathlib import Path

import pytest

from comfydoctor.errors import NotAWorkflow
from comfydoctor.workflow.embedded import graphs_in, is_media
from comfydoctor.workflow.parse import parse

FOLDER = Path(__file__).parents[1] / "data" / "workflows"
MEDIA = [
    *("animated.png", "animated.webp", "comment.jpg", "comment.mp4", "packed.png"),
    *("saved.flac", "saved.jpg", "saved.mkv", "saved.mov", "saved.mp3", "saved.mp4"),
    *("saved.opus", "saved.png", "saved.webm"),
]


@pytest.mark.parametrize("name", MEDIA)
def test_both_graphs_are_found_in_what_pillow_and_ffmpeg_wrote(name: str) -> None:
    found = graphs_in(FOLDER / name)
    assert [graph.form for graph in found] == ["api", "ui"]
    for graph in found:
        workflow = parse(graph.text)
        assert workflow.form == graph.form
        assert [node.type for node in workflow.nodes] == ["EmptyImage", "SaveImage"]
    assert "déjà" in parse(found[0].text).by_id["2"].inputs.values()


@pytest.mark.parametrize("name", MEDIA)
def test_a_file_cut_short_anywhere_only_gives_less(name: str) -> None:
    data = (FOLDER / name).read_bytes()
    for size in range(12, len(data), 37):
        if is_media(data[:size]):
            assert len(graphs_in(data[:size])) <= 2


def _png(kind: bytes, data: bytes) -> bytes:
    chunk = struct.pack(">I", len(data)) + kind + data + b"\0\0\0\0"
    return b"\x89PNG\r\n\x1a\n" + chunk


def test_a_text_of_two_megabytes_is_read_where_pillow_refuses() -> None:
    graph = {"1": {"class_type": "X", "inputs": {"text": "long " * 400_000}}}
    data = zlib.compress(json.dumps(graph).encode())
    (found,) = graphs_in(_png(b"zTXt", b"prompt\0\0" + data))
    assert len(found.text) > 2_000_000


def test_a_bomb_does_not_grow_us() -> None:
    bomb = _png(b"zTXt", b"prompt\0\0" + zlib.compress(b"{" * (200 << 20), 1))
    tracemalloc.start()
    try:
        assert graphs_in(bomb) == ()
        assert tracemalloc.get_traced_memory()[1] < 64 << 20
    finally:
        tracemalloc.stop()


def test_a_latent_keeps_its_graph_in_the_header() -> None:
    graph = json.dumps({"1": {"class_type": "SaveLatent", "inputs": {}}})
    head = json.dumps({"__metadata__": {"prompt": graph}, "latent_tensor": {}}).encode()
    (found,) = graphs_in(struct.pack("<Q", len(head)) + head)
    assert found.form == "api"


def test_a_scene_and_a_drawing_keep_theirs() -> None:
    graph = {"1": {"class_type": "SaveGLB", "inputs": {}}}
    scene = json.dumps({"asset": {"extras": {"prompt": graph}}}).encode()
    glb = (
        b"glTF" + struct.pack("<III", 2, 20 + len(scene), len(scene)) + b"JSON" + scene
    )
    assert graphs_in(glb)[0].form == "api"
    inner = json.dumps({"prompt": json.dumps(graph)})
    svg = f"<svg><metadata><![CDATA[{inner}]]></metadata></svg>".encode()
    assert graphs_in(svg)[0].form == "api"


def test_parameters_of_other_programs_are_no_graph() -> None:
    text = b"parameters\0a cat\nSteps: 20, Sampler: Euler"
    assert graphs_in(_png(b"tEXt", text)) == ()


def test_other_files_are_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(NotAWorkflow, match="neither"):
        graphs_in(b"MZ\x90\0")
    with pytest.raises(NotAWorkflow, match="cannot be read"):
        graphs_in(tmp_path / "absent.png")
