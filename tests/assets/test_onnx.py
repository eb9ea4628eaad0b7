import pytest

from comfydoctor.assets.header import examine_file
from comfydoctor.model.modelfile import ModelFormat

HEAD = b"\x08\x07\x12\x07pytorch"
GRAPH = b"\x3a\x90\x03" + b"\1" * 400


def look(tmp_path, raw):
    path = tmp_path / "x.onnx"
    path.write_bytes(raw)
    return examine_file(path)


def test_a_whole_model_is_walked_to_its_end(tmp_path):
    model = look(tmp_path, HEAD + GRAPH + b"\x42\x02\x10\x0d")
    assert model.format is ModelFormat.ONNX
    assert model.whole and not model.problem and model.can_run_code is False


@pytest.mark.parametrize("raw", [HEAD + GRAPH[:-10], HEAD])
def test_a_cut_off_one_is_told_so(tmp_path, raw):
    model = look(tmp_path, raw)
    assert model.whole is False and model.problem


def test_rubbish_behind_the_first_field_is_damage(tmp_path):
    assert "damaged" in look(tmp_path, HEAD + b"\xff\xff\xff\xff\xff").problem
