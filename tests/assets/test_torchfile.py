import io
import zipfile

import pytest

from comfydoctor.assets.header import examine_file
from comfydoctor.assets.tensors import Tensor
from comfydoctor.assets.torchfile import read_legacy, read_zip
from comfydoctor.assets.window import Window
from comfydoctor.model.modelfile import ModelFormat, ModelKind
from tests.assets import picklebytes
from tests.assets.known import DATA

TORCH = DATA / "torch"
"""Written by torch 2.13."""
LAYER = "model.0.sub.0.RDB1.conv1.0.weight"


def test_the_archive_of_torch_is_read_without_unpickling():
    with Window(TORCH / "state-dict.pth") as window:
        contents = read_zip(window)
    assert contents.tensors[LAYER] == Tensor("F16", (4, 8, 3, 3))
    assert contents.calls == () and contents.scanned


@pytest.mark.parametrize("name", ["wrapped.ckpt", "params-ema.pth", "legacy.pth"])
def test_wrapped_and_old_files_tell_the_same_tensors(name):
    model = examine_file(TORCH / name)
    assert (model.kind, model.family) == (ModelKind.UPSCALER, "ESRGAN")
    assert model.parameters == 576 and model.whole and model.can_run_code is False


def test_types_parameters_and_views_are_understood():
    with Window(TORCH / "types.pt") as window:
        tensors = read_zip(window).tensors
    assert tensors["a"] == Tensor("BF16", (4, 4))
    assert tensors["b"] == Tensor("F8_E4M3", (2, 2))
    assert tensors["c"] == Tensor("F32", (3,))
    assert tensors["d"] == Tensor("F32", (3, 2))


def test_an_old_embedding_is_known_by_its_width():
    model = examine_file(TORCH / "embedding.pt")
    assert (model.kind, model.family) == (ModelKind.EMBEDDING, "SD1.x")


def test_a_whole_module_needs_code_and_is_told_so():
    model = examine_file(TORCH / "module.pt")
    assert model.can_run_code is True
    assert "torch.nn.modules.linear.Linear" in model.calls
    assert any("safe loading refuses" in note for note in model.notes)


def test_torchscript_is_a_program():
    model = examine_file(TORCH / "script.pt")
    assert model.format is ModelFormat.TORCHSCRIPT
    assert model.can_run_code is True


def test_a_cut_off_archive_is_told_so(tmp_path):
    raw = (TORCH / "state-dict.pth").read_bytes()
    path = tmp_path / "x.pth"
    path.write_bytes(raw[: len(raw) // 2])
    model = examine_file(path)
    assert model.whole is False and "cut off" in model.problem
    assert model.can_run_code is None


@pytest.mark.parametrize("keep", [1500, 1600])
def test_a_cut_off_old_file_is_told_so(tmp_path, keep):
    path = tmp_path / "x.pth"
    path.write_bytes((TORCH / "legacy.pth").read_bytes()[:keep])
    with Window(path) as window:
        contents = read_legacy(window)
    assert contents.whole is False and contents.problem


def archive(payload, method=zipfile.ZIP_STORED):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as zipped:
        zipped.writestr("x/data.pkl", payload)
        zipped.writestr("x/version", "3")
    return made.getvalue()


def test_a_pickle_that_runs_a_command_is_found_in_an_archive(tmp_path):
    path = tmp_path / "x.ckpt"
    path.write_bytes(archive(picklebytes.calls("os", "system", "true")))
    model = examine_file(path)
    assert model.can_run_code is True
    assert "os.system" in model.problem and "Do not load it" in model.advice


def test_a_packed_archive_is_refused(tmp_path):
    path = tmp_path / "x.ckpt"
    path.write_bytes(archive(b"\x80\x02}." * 40, zipfile.ZIP_DEFLATED))
    assert "packed" in examine_file(path).problem


def test_a_zip_of_something_else_is_no_model(tmp_path):
    path = tmp_path / "x.pth"
    with zipfile.ZipFile(path, "w") as zipped:
        zipped.writestr("model.safetensors", b"x")
    model = examine_file(path)
    assert model.format is ModelFormat.ARCHIVE and "zip archive" in model.problem


def test_a_decoy_before_the_real_instructions_hides_nothing(tmp_path):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as zipped:
        zipped.writestr("x/not-data.pkl", b"\x80\x02}.")
        zipped.writestr("a/data.pkl", b"\x80\x02}.")
        zipped.writestr("x/data.pkl", picklebytes.calls("os", "system", "true"))
    path = tmp_path / "x.ckpt"
    path.write_bytes(made.getvalue())
    assert "os.system" in examine_file(path).problem
