"""Bytes -> a model file examined; shared by the targets of each format."""

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path

from comfydoctor.assets.header import examine_file
from comfydoctor.assets.scan import quick_check
from comfydoctor.model.modelfile import ModelFile

_FOLDER = tempfile.TemporaryDirectory(prefix="comfydoctor-fuzz-")


def run_as(ending: str, data: bytes) -> None:
    path = Path(_FOLDER.name, f"x{ending}")
    path.write_bytes(data)
    check(examine_file(path, "checkpoints"))
    quick_check(str(path), len(data))


def check(model: ModelFile) -> None:
    """Whatever the bytes, what is said of them can be shown and kept."""
    for text in (model.problem, model.family, model.dtype, *model.notes, *model.calls):
        assert len(text) <= 400
        assert text.isprintable() or not text
        text.encode()
    assert model.parameters is None or model.parameters >= 0


def safetensors(tensors: Mapping[str, tuple[str, list[int], int]]) -> bytes:
    header: dict[str, object] = {"__metadata__": {"format": "pt", "ss_tag": "x"}}
    place = 0
    for name, (dtype, shape, size) in tensors.items():
        header[name] = {
            "dtype": dtype,
            "shape": shape,
            "data_offsets": [place, place + size],
        }
        place += size
    raw = json.dumps(header).encode()
    return len(raw).to_bytes(8, "little") + raw + b"\0" * place
