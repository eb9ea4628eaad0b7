import os

import pytest

from comfydoctor.assets.folder import article, folder_type, misplaced
from comfydoctor.assets.header import examine_file, read_tensors
from comfydoctor.assets.tensors import Tensor
from comfydoctor.errors import ModelFileError
from comfydoctor.model.modelfile import ModelFormat, ModelKind
from tests.assets.ggufs import F32, Q4_K, gguf_bytes
from tests.assets.known import checkpoint_of, lora_for, tensors_of, write_sparse


def in_folder(tmp_path, folder, tensors, **more):
    place = tmp_path / "models" / folder
    place.mkdir(parents=True)
    return write_sparse(place / "x.safetensors", tensors, **more)


def test_a_whole_checkpoint_in_its_folder(tmp_path):
    path = in_folder(tmp_path, "checkpoints", checkpoint_of("sdxl"))
    model = examine_file(path)
    assert (model.kind, model.family) == (ModelKind.CHECKPOINT, "SDXL")
    assert model.healthy and model.whole and model.can_run_code is False
    assert model.dtype == "fp16" and model.parameters == 3_468_837_945
    assert (model.folder, model.name) == ("checkpoints", "x.safetensors")
    assert model.size == path.stat().st_size and not model.misplaced


def test_a_cut_off_checkpoint_is_still_known(tmp_path):
    path = in_folder(tmp_path, "checkpoints", checkpoint_of("sd1"), short=10**9)
    model = examine_file(path)
    assert model.whole is False and "cut off" in model.problem
    assert (model.kind, model.family) == (ModelKind.CHECKPOINT, "SD1.x")


def test_a_checkpoint_among_loras_is_told_where_it_belongs(tmp_path):
    model = examine_file(in_folder(tmp_path, "loras", checkpoint_of("sd1")))
    assert model.misplaced == (
        "This is a checkpoint, but it lies in “loras”. It belongs into “checkpoints”."
    )
    assert model.healthy  # the file itself is fine


def test_half_a_checkpoint_says_what_it_lacks(tmp_path):
    tensors = tensors_of("diffusion/flux-dev", "model.diffusion_model.")
    model = examine_file(in_folder(tmp_path, "checkpoints", tensors))
    assert model.kind is ModelKind.DIFFUSION and not model.misplaced
    assert any("only the diffusion model" in note for note in model.notes)
    bare = {**tensors, **tensors_of("vae/flux", "vae.")}
    model = examine_file(write_sparse(tmp_path / "y.safetensors", bare))
    assert model.kind is ModelKind.CHECKPOINT
    assert "It brings no text encoder of its own." in model.notes


NVFP4 = {
    "a.weight_scale": Tensor("F8_E4M3", (4,)),
    "a.weight_scale_2": Tensor("F32", ()),
}


@pytest.mark.parametrize(
    ("dtype", "extra", "words"),
    [
        ("F16", {}, "fp16"),
        ("BF16", {}, "bf16"),
        ("F8_E4M3", {}, "fp8_e4m3fn"),
        ("F8_E4M3", {"scaled_fp8": Tensor("F8_E4M3", (0,))}, "fp8 scaled"),
        ("U8", {"a.quant_state.bitsandbytes__nf4": Tensor("U8", (9,))}, "nf4"),
        ("U8", NVFP4, "nvfp4"),
        ("I8", {"a.weight_scale": Tensor("F32", ())}, "int8 scaled"),
    ],
)
def test_precision_is_told_with_its_quantisation(tmp_path, dtype, extra, words):
    tensors = {"a.weight": Tensor(dtype, (64, 32)), **extra}
    model = examine_file(write_sparse(tmp_path / "x.safetensors", tensors))
    assert model.dtype.startswith(words)
    pairs = words in ("nf4", "nvfp4")
    assert model.parameters == 64 * 32 * (2 if pairs else 1)


def test_nunchaku_files_are_int4_and_unpacked_in_the_count(tmp_path):
    tensors = {
        "transformer_blocks.0.mlp_context_fc1.qweight": Tensor("I8", (64, 32)),
        "single_transformer_blocks.0.mlp_fc1.qweight": Tensor("I8", (64, 32)),
        "single_transformer_blocks.0.mlp_fc1.wscales": Tensor("F16", (4, 64)),
    }
    model = examine_file(write_sparse(tmp_path / "x.safetensors", tensors))
    assert model.dtype == "int4 (Nunchaku)" and model.parameters == 2 * 64 * 64
    assert "Nunchaku" in model.family


def test_two_types_side_by_side_are_mixed(tmp_path):
    tensors = {"a": Tensor("F16", (50,)), "b": Tensor("F32", (50,))}
    model = examine_file(write_sparse(tmp_path / "x.safetensors", tensors))
    assert model.dtype == "mixed (fp16, fp32)"


def test_a_gguf_model_is_known_by_tensors_and_type(tmp_path):
    sizes = {k: t.shape for k, t in tensors_of("diffusion/flux-schnell").items()}
    listed = [(k, s, Q4_K if len(s) == 2 else F32) for k, s in sizes.items()]
    path = tmp_path / "x.gguf"
    raw = gguf_bytes(listed, {"general.file_type": 15}, data=False)
    path.write_bytes(raw)
    model = examine_file(path)
    assert (model.format, model.family) == (ModelFormat.GGUF, "Flux.1 schnell")
    assert model.dtype == "Q4_K_M" and model.whole is False


def test_a_file_that_cannot_be_opened_is_a_problem_not_an_error(tmp_path):
    gone = examine_file(tmp_path / "gone.safetensors")
    assert "cannot be read" in gone.problem and gone.whole is None
    assert "not a file" in examine_file(tmp_path).problem or (
        "cannot be read" in examine_file(tmp_path).problem
    )
    with pytest.raises(ModelFileError):
        read_tensors(tmp_path / "gone.safetensors")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_not_waited_for(tmp_path):
    pipe = tmp_path / "x.safetensors"
    os.mkfifo(pipe)
    assert "not a file" in examine_file(pipe).problem


@pytest.mark.parametrize(
    ("path", "folder"),
    [
        ("/x/models/loras/style/a.safetensors", "loras"),
        ("/x/models/Stable-diffusion/a.ckpt", "checkpoints"),
        ("/x/models/unet/a.gguf", "diffusion_models"),
        ("/x/loras/../checkpoints/a.ckpt", "checkpoints"),
        ("/x/other/a.ckpt", ""),
    ],
)
def test_the_folders_names_tell_what_they_are_for(path, folder):
    assert folder_type(path) == folder


def test_what_is_not_known_is_never_misplaced():
    assert misplaced(ModelKind.UNKNOWN, "loras") == ""
    assert misplaced(ModelKind.LORA, "") == ""
    assert misplaced(ModelKind.CHECKPOINT, "diffusion_models") == ""
    assert "an upscaler" in misplaced(ModelKind.UPSCALER, "vae")
    assert article(ModelKind.LORA) == "a LoRA"


def test_a_lora_in_its_folder_is_quiet(tmp_path):
    lora = lora_for("diffusion/sd1", "lora_unet_down", "kohya")
    model = examine_file(in_folder(tmp_path, "loras", lora))
    assert model.healthy and not model.misplaced and not model.notes
