import struct

import pytest

from comfydoctor.assets.gguf import read_gguf
from comfydoctor.assets.tensors import Damage, Tensor
from comfydoctor.assets.window import Window
from tests.assets.ggufs import F16, F32, Q4_K, gguf_bytes

TENSORS = [("a.weight", (512, 256), Q4_K), ("b", (3, 5), F16), ("c", (7,), F32)]
VALUES = {
    "general.architecture": "flux",
    "general.file_type": 15,
    "tokens": ["x", "y" * 300],
    "scores": [1, 2, 3],
    "flag": True,
    "eps": 0.5,
}


def read(tmp_path, raw):
    path = tmp_path / "x.gguf"
    path.write_bytes(raw)
    with Window(path) as window:
        return read_gguf(window)


@pytest.mark.parametrize(
    ("version", "big"), [(1, False), (2, False), (3, False), (3, True)]
)
def test_reads_all_versions_and_both_byte_orders(tmp_path, version, big):
    contents = read(tmp_path, gguf_bytes(TENSORS, VALUES, version=version, big=big))
    assert contents.tensors == {
        "a.weight": Tensor("Q4_K", (512, 256)),
        "b": Tensor("F16", (3, 5)),
        "c": Tensor("F32", (7,)),
    }
    assert contents.metadata["general.architecture"] == "flux"
    assert contents.metadata["general.file_type"] == "15"
    assert contents.metadata["scores"] == "1,2,3"
    assert contents.whole and not contents.problem


def test_a_cut_off_file_is_told_so_and_still_known(tmp_path):
    raw = gguf_bytes(TENSORS, VALUES)
    contents = read(tmp_path, raw[:-40])
    assert contents.whole is False and contents.missing
    assert len(contents.tensors) == 3


def test_a_header_cut_off_is_told_so(tmp_path):
    raw = gguf_bytes(TENSORS, VALUES, data=False)
    with pytest.raises(Damage, match="cut off") as caught:
        read(tmp_path, raw[:100])
    assert caught.value.missing


def test_shapes_folded_up_for_ggml_are_unfolded(tmp_path):
    values = {"comfy.gguf.orig_shape.w": [8, 2, 2, 2, 3]}
    contents = read(tmp_path, gguf_bytes([("w", (64, 3), F16)], values))
    assert contents.tensors["w"].shape == (8, 2, 2, 2, 3)


@pytest.mark.parametrize(
    "raw",
    [
        b"GGUF" + struct.pack("<IQQ", 9, 0, 0),
        b"GGUF" + struct.pack("<IQQ", 3, 1 << 62, 0) + b"\0" * 64,
        b"GGUF" + struct.pack("<IQQ", 3, 0, 1 << 40) + b"\0" * 64,
        b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 1) + b"a" + struct.pack("<I", 77),
        gguf_bytes([("a", (4,), F16), ("a", (4,), F16)]),
        gguf_bytes([("a", (1 << 40, 1 << 40), F16)], data=False),
    ],
)
def test_nonsense_is_refused(tmp_path, raw):
    with pytest.raises(Damage):
        read(tmp_path, raw)


def test_a_number_type_that_is_not_known_is_no_fault(tmp_path):
    raw = gguf_bytes([("a", (4,), F16)], data=False)
    at = raw.index(b"\x01a" if b"\x01a" in raw else b"a") + 1
    changed = bytearray(raw + b"\0" * 32)
    kind = raw.index(struct.pack("<IQ", F16, 0), at)
    changed[kind : kind + 4] = struct.pack("<I", 250)
    contents = read(tmp_path, bytes(changed))
    assert contents.tensors["a"].dtype == "type 250"
    assert contents.whole
