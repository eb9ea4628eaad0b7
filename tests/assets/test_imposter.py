import pytest

from comfydoctor.assets.header import examine_file
from comfydoctor.model.modelfile import ModelFormat

PAGE = b"\xef\xbb\xbf\n<!-- x --><!DOCTYPE html><html><title>\nSign  in\n</title>"
POINTER = (
    b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 6938040682\n"
)


@pytest.mark.parametrize(
    ("raw", "form", "words"),
    [
        (b"", ModelFormat.EMPTY, "empty"),
        (PAGE, ModelFormat.HTML, "“Sign in”"),
        (b"<?xml version='1.0'?><html>", ModelFormat.HTML, "web page"),
        (POINTER, ModelFormat.LFS_POINTER, "6,938,040,682"),
        (b'{"error":"Access denied"}', ModelFormat.JSON, "Access denied"),
        (b"Entry not found", ModelFormat.TEXT, "Entry not found"),
        (b"\0" * 4096, ModelFormat.BLANK, "zeros"),
        (b"7z\xbc\xaf\x27\x1c" + b"x" * 40, ModelFormat.ARCHIVE, "7z"),
        (b"Rar!\x1a\x07\x01" + b"x" * 40, ModelFormat.ARCHIVE, "RAR"),
        (bytes(range(1, 200)), ModelFormat.UNKNOWN, "no model format"),
    ],
)
def test_what_is_no_model_is_called_by_its_name(tmp_path, raw, form, words):
    path = tmp_path / "x.safetensors"
    path.write_bytes(raw)
    model = examine_file(path)
    assert model.format is form
    assert words in model.problem and model.advice


@pytest.mark.parametrize("name", ["x.safetensors.part", "x.ckpt.crdownload"])
def test_a_download_under_way_is_known_by_its_name(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(bytes(range(1, 200)))
    assert "not finished" in examine_file(path).problem


def test_a_download_of_aria2_is_known_by_the_file_beside_it(tmp_path):
    path = tmp_path / "x.safetensors"
    path.write_bytes(b"\x02\0\0\0\0\0\0\0{}")
    assert not examine_file(path).problem
    (tmp_path / "x.safetensors.aria2").write_bytes(b"\0")
    model = examine_file(path)
    assert "aria2" in model.problem and model.whole is False


def test_text_in_other_scripts_and_control_signs_cannot_reach_the_screen(tmp_path):
    path = tmp_path / "x.ckpt"
    path.write_bytes(b"<html><title>\x1b[31m\xe2\x80\xaered\x07</title>")
    problem = examine_file(path).problem
    assert problem.isprintable() and "\u202e" not in problem
