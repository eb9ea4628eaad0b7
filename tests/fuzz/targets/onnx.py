"""ONNX files, as far as their outermost fields go."""

from tests.fuzz.targets import _models

_GRAPH = b"\x3a\x90\x03" + b"\0" * 400
SEEDS = [
    b"\x08\x07\x12\x07pytorch\x1a\x032.1" + _GRAPH + b"\x42\x04\x0a\x00\x10\x0d",
    b"\x08\x08" + _GRAPH,
]
WORDS = [b"\x3a", b"\xff" * 10, b"\x80" * 9, b"\x08\x07"]


def run(data: bytes) -> None:
    _models.run_as(".onnx", data)
