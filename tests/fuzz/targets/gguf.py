"""GGUF files of all versions and both byte orders."""

from tests.assets.ggufs import F16, F32, Q4_K, gguf_bytes
from tests.fuzz.targets import _models

_TENSORS = [
    ("double_blocks.0.img_attn.qkv.weight", (256, 256), Q4_K),
    ("img_in.weight", (8, 4), F16),
    ("img_in.bias", (8,), F32),
]
_VALUES = {
    "general.architecture": "flux",
    "general.file_type": 15,
    "tokenizer.ggml.tokens": ["a", "b", "c"],
    "comfy.gguf.orig_shape.img_in.weight": [8, 2, 2],
    "general.alignment": 32,
    "x.scale": 0.5,
    "x.flag": True,
}
SEEDS = [
    gguf_bytes(_TENSORS, _VALUES, version=version, big=big)
    for version, big in ((1, False), (2, False), (3, False), (3, True))
]
WORDS = [b"GGUF", b"\xff" * 8, b"\0" * 8, b"\x09\0\0\0", b"\x08\0\0\0", b"\x01\0\0\0"]


def run(data: bytes) -> None:
    _models.run_as(".gguf", data)
