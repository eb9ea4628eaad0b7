"""Names and shapes of real models, and LoRAs made for them.

``data/models.json.xz`` and ``data/lora_names.json.xz`` were recorded by
``comfyui/record_models.py`` from ComfyUI 0.33's own classes: the tensors of each model,
and the names under which it looks for each layer in a LoRA.
"""

import json
import lzma
import struct
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from comfydoctor.assets.tensors import Tensor

DATA = Path(__file__).parent / "data"
Shape = tuple[int, ...]


@cache
def recorded(name: str) -> dict[str, Any]:
    """One of the recorded files."""
    raw = (DATA / f"{name}.json.xz").read_bytes()
    loaded: dict[str, Any] = json.loads(lzma.decompress(raw))
    return loaded


def model_names(kind: str) -> list[str]:
    """Models recorded under ``diffusion``, ``vae``, ``text``, ..."""
    return sorted(n for n in recorded("models") if n.startswith(kind + "/"))


def tensors_of(name: str, prefix: str = "", dtype: str = "F16") -> dict[str, Tensor]:
    """A recorded model."""
    return {
        prefix + key: Tensor(dtype, tuple(shape))
        for key, shape in recorded("models")[name].items()
    }


def checkpoint_of(base: str) -> dict[str, Tensor]:
    """A whole checkpoint of ``sd1``, ``sd2``, ``sdxl``, ``sdxl-refiner``."""
    return {
        **tensors_of(f"diffusion/{base}", "model.diffusion_model."),
        **tensors_of("vae/sd", "first_stage_model."),
        **tensors_of(f"te-in-checkpoint/{base}"),
    }


def safetensors_header(
    tensors: Mapping[str, Tensor], metadata: Mapping[str, str] | None = None
) -> tuple[bytes, int]:
    """The first bytes of such a file, and the length of what follows."""
    sizes = {"F32": 4, "F16": 2, "BF16": 2, "F8_E4M3": 1, "U8": 1, "I8": 1, "I64": 8}
    header: dict[str, Any] = {"__metadata__": dict(metadata)} if metadata else {}
    place = 0
    for name, tensor in tensors.items():
        end = place + tensor.elements * sizes[tensor.dtype]
        header[name] = {
            "dtype": tensor.dtype,
            "shape": list(tensor.shape),
            "data_offsets": [place, end],
        }
        place = end
    raw = json.dumps(header).encode()
    raw += b" " * (-len(raw) % 8)
    return struct.pack("<Q", len(raw)) + raw, place


def write_sparse(
    path: Path,
    tensors: Mapping[str, Tensor],
    metadata: Mapping[str, str] | None = None,
    *,
    short: int = 0,
) -> Path:
    """A file of the true length that takes no room; ``short`` bytes are missing."""
    head, length = safetensors_header(tensors, metadata)
    with path.open("wb") as stream:
        stream.write(head)
        stream.truncate(len(head) + length - short)
    return path


Adapter = dict[str, Shape]


def adapt(layers: Iterable[str], shapes: Mapping[str, Shape], how: str) -> Adapter:
    """Keys and shapes of a LoRA for layers of known shapes; ``how`` names its form."""
    made: Adapter = {}
    for layer in layers:
        made.update(_PARTS[how](layer, shapes[layer]))
    return made


def _flat(shape: Shape) -> tuple[int, int]:
    wide = 1
    for side in shape[1:]:
        wide *= side
    return shape[0], wide


def _kohya(layer: str, shape: Shape) -> Adapter:
    down: Shape = (4, *shape[1:])
    up: Shape = (shape[0], 4, *(1 for _ in shape[2:]))
    return {
        f"{layer}.lora_down.weight": down,
        f"{layer}.lora_up.weight": up,
        f"{layer}.alpha": (),
    }


def _peft(layer: str, shape: Shape) -> Adapter:
    high, wide = _flat(shape)
    return {f"{layer}.lora_A.weight": (4, wide), f"{layer}.lora_B.weight": (high, 4)}


def _old_diffusers(layer: str, shape: Shape) -> Adapter:
    high, wide = _flat(shape)
    return {
        f"{layer}_lora.down.weight": (4, wide),
        f"{layer}_lora.up.weight": (high, 4),
    }


def _loha(layer: str, shape: Shape) -> Adapter:
    high, wide = _flat(shape)
    pair = {"a": (high, 4), "b": (4, wide)}
    made: Adapter = {
        f"{layer}.hada_w{n}_{side}": pair[side] for n in (1, 2) for side in pair
    }
    return {**made, f"{layer}.alpha": ()}


def _lokr(layer: str, shape: Shape) -> Adapter:
    high, wide = _flat(shape)
    first = 4 if high % 4 == 0 and wide % 4 == 0 else 1
    return {
        f"{layer}.lokr_w1": (first, first),
        f"{layer}.lokr_w2_a": (high // first, 4),
        f"{layer}.lokr_w2_b": (4, wide // first),
        f"{layer}.alpha": (),
    }


def _diff(layer: str, shape: Shape) -> Adapter:
    return {f"{layer}.diff": shape, f"{layer}.diff_b": (shape[0],)}


def _ia3(layer: str, shape: Shape) -> Adapter:
    return {f"{layer}.weight": (shape[0], 1), f"{layer}.on_input": (1,)}


def _dora(layer: str, shape: Shape) -> Adapter:
    return {**_peft(layer, shape), f"{layer}.dora_scale": (shape[0], 1)}


_PARTS = {
    "kohya": _kohya,
    "peft": _peft,
    "old diffusers": _old_diffusers,
    "loha": _loha,
    "lokr": _lokr,
    "diff": _diff,
    "ia3": _ia3,
    "dora": _dora,
}
FORMS = tuple(_PARTS)


def lora_for(model: str, begin: str, how: str, *, every: int = 1) -> dict[str, Tensor]:
    """A LoRA for a recorded model, its layers called by names that begin so."""
    names = recorded("lora_names")[model]
    inner = "diffusion_model." if model.startswith("diffusion/") else ""
    shapes = {inner + k: tuple(s) for k, s in recorded("models")[model].items()}
    wanted: dict[str, Shape] = {}
    for name, (key, _start, rows) in names.items():
        shape = shapes[key]
        if name.startswith(begin) and key.endswith(".weight") and len(shape) > 1:
            wanted[name] = (rows, *shape[1:]) if rows else shape
    layers = list(wanted)[::every]
    made = adapt(layers, wanted, how)
    return {name: Tensor("F16", shape) for name, shape in made.items()}
