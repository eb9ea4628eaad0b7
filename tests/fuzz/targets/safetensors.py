"""Safetensors files."""

from tests.fuzz.targets import _models

_LORA = "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn2_to_k"
SEEDS = [
    _models.safetensors(
        {
            "model.diffusion_model.input_blocks.0.0.weight": ("F16", [4, 4, 3, 3], 288),
            "first_stage_model.decoder.conv_in.weight": ("F32", [2, 4], 32),
        }
    ),
    _models.safetensors(
        {
            f"{_LORA}.lora_down.weight": ("BF16", [4, 768], 6144),
            f"{_LORA}.lora_up.weight": ("BF16", [320, 4], 2560),
            f"{_LORA}.alpha": ("F32", [], 4),
        }
    ),
    b"\x02\0\0\0\0\0\0\0{}",
    b"<!DOCTYPE html><title>Not found</title>",
    b"version https://git-lfs.github.com/spec/v1\noid sha256:ab\nsize 12\n",
    b'{"error": "Access denied"}',
]
WORDS = [
    b'"data_offsets":[0,0]',
    b'"dtype":"F8_E4M3"',
    b'"shape":[]',
    b"__metadata__",
    b"18446744073709551615",
    b"[" * 40,
    b"\xff" * 8,
    b"\0" * 8,
]


def run(data: bytes) -> None:
    _models.run_as(".safetensors", data)
