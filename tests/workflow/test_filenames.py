import pytest

from comfydoctor.workflow.filenames import (
    folder_of,
    is_media,
    is_model,
    nearest,
    same_file,
)

OFFERED = (
    *("sd_xl_base_1.0.safetensors", "flux/flux1-dev-fp8.safetensors"),
    *("wan2.2_i2v_high_noise_14B.safetensors", "wan2.2_i2v_low_noise_14B.safetensors"),
)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("flux1-dev.safetensors", "flux/flux1-dev-fp8.safetensors"),
        ("SDXL/sd_xl_base_1.0_fp16.safetensors", "sd_xl_base_1.0.safetensors"),
        ("hunyuan_video_t2v.safetensors", ""),
        ("sd3.5_large.safetensors", ""),
    ],
)
def test_the_nearest_name_ignores_folder_and_precision(wanted: str, found: str) -> None:
    assert nearest(wanted, OFFERED) == found


def test_high_and_low_noise_are_told_apart() -> None:
    wanted = "wan2.2_i2v_low_noise_14B_fp8_scaled.safetensors"
    assert nearest(wanted, OFFERED) == "wan2.2_i2v_low_noise_14B.safetensors"


@pytest.mark.parametrize(
    "wanted", ["FLUX1-DEV-FP8.safetensors", "a\\flux1-dev-fp8.safetensors"]
)
def test_the_same_file_is_found_under_any_path(wanted: str) -> None:
    assert same_file(wanted, OFFERED) == "flux/flux1-dev-fp8.safetensors"


def test_kinds_of_files_are_told_by_their_endings() -> None:
    assert is_model("a/b.SAFETENSORS")
    assert not is_model("euler")
    assert is_media("clip.mp4 [output]")
    assert not is_media("a.safetensors")


@pytest.mark.parametrize(
    ("node", "name", "folder"),
    [
        ("DualCLIPLoader", "clip_name2", "text_encoders"),
        ("LoraLoader", "lora_name", "loras"),
        ("UpscaleModelLoader", "model_name", "upscale_models"),
        ("KSampler", "sampler_name", ""),
    ],
)
def test_the_folder_of_an_input_is_known(node: str, name: str, folder: str) -> None:
    assert folder_of(node, name) == folder
