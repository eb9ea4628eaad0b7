import json
import struct

import pytest

from comfydoctor.assets.safetensors import last_end, read_safetensors
from comfydoctor.assets.tensors import Damage, Tensor
from comfydoctor.assets.window import Window
from tests.assets.known import safetensors_header, tensors_of, write_sparse


def write(path, header, data=b"", length=None):
    raw = header if isinstance(header, bytes) else json.dumps(header).encode()
    size = len(raw) if length is None else length
    path.write_bytes(struct.pack("<Q", size) + raw + data)
    return path


def read(path):
    with Window(path) as window:
        return read_safetensors(window)


def one(start=0, end=8, shape=(4,), dtype="F16"):
    return {"dtype": dtype, "shape": list(shape), "data_offsets": [start, end]}


def test_reads_names_shapes_and_notes_of_a_whole_file(tmp_path):
    tensors = {"a.weight": Tensor("F16", (2, 3)), "b": Tensor("F32", ())}
    path = write_sparse(tmp_path / "x.safetensors", tensors, {"modelspec.title": "T"})
    contents = read(path)
    assert contents.tensors == tensors
    assert contents.metadata == {"modelspec.title": "T"}
    assert contents.whole and not contents.problem


def test_reads_a_real_model_of_two_and_a_half_thousand_tensors(tmp_path):
    tensors = tensors_of("diffusion/sdxl", "model.diffusion_model.")
    contents = read(write_sparse(tmp_path / "x.safetensors", tensors))
    assert contents.tensors == tensors and contents.whole


@pytest.mark.parametrize("short", [1, 3, 11])
def test_missing_bytes_at_the_end_are_a_cut_off_file(tmp_path, short):
    tensors = {"a": Tensor("F16", (2, 3))}
    contents = read(write_sparse(tmp_path / "x.safetensors", tensors, short=short))
    assert contents.whole is False and contents.missing
    assert "cut off" in contents.problem
    assert contents.tensors == tensors  # what it was meant to be is still told


def test_a_cut_off_header_is_told_so(tmp_path):
    path = write(tmp_path / "x", b'{"a":{"dtype"', length=4000)
    with pytest.raises(Damage, match="header is cut off") as caught:
        read(path)
    assert caught.value.missing


@pytest.mark.parametrize(
    ("header", "data", "words"),
    [
        ({"a": one(0, 8), "b": one(4, 12)}, 12, "overlap"),
        ({"a": one(0, 8), "b": one(10, 18)}, 18, "gaps"),
        ({"a": one(0, 8)}, 20, "after the last tensor"),
    ],
)
def test_tensors_that_overlap_or_leave_gaps_are_damage(tmp_path, header, data, words):
    contents = read(write(tmp_path / "x", header, b"\0" * data))
    assert words in contents.problem
    assert not contents.missing


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (b"[1]" + b" " * 20, "not JSON"),
        (b'{"a": nonsense}      ', "damaged"),
        ({"a": one(0, 9)}, "size is wrong"),
        ({"a": one(8, 0)}, "size is wrong"),
        ({"a": one(shape=(-4,))}, "damaged"),
        ({"a": one(shape=(1 << 40, 1 << 40))}, "damaged"),
        ({"a": one(shape=(1,) * 40)}, "damaged"),
        ({"a": {"dtype": "F16", "shape": [4]}}, "damaged"),
        (b'{"a":' + b"[" * 100_000, "damaged"),
    ],
)
def test_a_header_that_makes_no_sense_is_refused(tmp_path, header, words):
    with pytest.raises(Damage, match=words):
        read(write(tmp_path / "x", header, b"\0" * 8))


def test_a_tensor_named_twice_is_refused(tmp_path):
    entry = json.dumps(one())
    path = write(tmp_path / "x", f'{{"a":{entry},"a":{entry}}}'.encode(), b"\0" * 8)
    with pytest.raises(Damage, match="twice"):
        read(path)


def test_a_header_beyond_the_cap_is_not_read(tmp_path):
    path = write(tmp_path / "x", b"{}", length=101 * 2**20)
    with path.open("r+b") as stream:
        stream.truncate(200 * 2**20)
    with pytest.raises(Damage, match="100 MB"):
        read(path)


def test_the_end_of_the_header_tells_where_the_last_tensor_ends():
    head, length = safetensors_header(tensors_of("vae/sd"))
    assert last_end(head[-512:]) == length
    assert last_end(b'"__metadata__":{"a":"b"}}') is None
    assert last_end(b'"data_offsets": [ 3 , 17 ] } }   ') == 17
    assert last_end(b'"data_offsets":[3,') is None
