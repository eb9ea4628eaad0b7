"""The parts of a LoRA: which keys change which layer, in the forms ComfyUI knows."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from comfydoctor.assets.tensors import Tensor

PARTS = (
    *(".lora_up.weight", ".lora_down.weight", ".lora_mid.weight", ".reshape_weight"),
    *("_lora.up.weight", "_lora.down.weight"),
    *(".lora_B.default.weight", ".lora_A.default.weight"),
    *(".lora_B.weight", ".lora_A.weight", ".lora_B", ".lora_A"),
    *(".lora.up.weight", ".lora.down.weight"),
    *(".lora_linear_layer.up.weight", ".lora_linear_layer.down.weight"),
    *(".hada_w1_a", ".hada_w1_b", ".hada_w2_a", ".hada_w2_b", ".hada_t1", ".hada_t2"),
    *(".lokr_w1_a", ".lokr_w1_b", ".lokr_w2_a", ".lokr_w2_b"),
    *(".lokr_w1", ".lokr_w2", ".lokr_t2"),
    *(".a1.weight", ".a2.weight", ".b1.weight", ".b2.weight"),
    *(".oft_blocks", ".rescale", ".oft_diag"),
    *(".diff", ".diff_b", ".set_weight", ".w_norm", ".b_norm"),
    *(".alpha", ".dora_scale", ".on_input"),
    *(".lora_B.bias", ".lora_magnitude_vector", ".lora_magnitude_vector.weight"),
    *("_lora1.up.weight", "_lora1.down.weight"),
    *("_lora2.up.weight", "_lora2.down.weight"),
)
"""Endings of keys. ComfyUI 0.33 knows them but for the last eight and ``on_input``."""
_SILENT = {".alpha", ".dora_scale", ".rescale"}
"""Parts that change nothing by themselves."""
PAIRS = (
    (".lora_up.weight", ".lora_down.weight"),
    ("_lora.up.weight", "_lora.down.weight"),
    (".lora_B.weight", ".lora_A.weight"),
    (".lora.up.weight", ".lora.down.weight"),
    (".lora_B", ".lora_A"),
    (".lora_linear_layer.up.weight", ".lora_linear_layer.down.weight"),
    (".lora_B.default.weight", ".lora_A.default.weight"),
)
"""The two halves of a LoRA; of these ComfyUI takes the first that is there."""
_KNOWN = frozenset(end for end in PARTS if end.startswith("."))
_JOINED = tuple(end for end in PARTS if not end.startswith("."))
_LASTS = frozenset(end.rpartition(".")[2] for end in PARTS)
_BEFORE_WEIGHT = frozenset(end.split(".")[-2] for end in PARTS if end.count(".") > 1)
"""What stands before ``.weight``; almost no other tensor's name has that."""
_PREFIX = re.compile(
    r"^(lora_unet_|lora_prior_unet_|lora_transformer_|lycoris_|lora_(?=te\d?_)"
    r"|(?:base_model\.model\.)?(?:transformer|diffusion_model|unet|model)\."
    r"|base_model\.model\.)(?:_(?=[a-z]))?"
)
_TEXT = re.compile(r"^(text_encoder(_\d)?|text_encoders|te\d?)[._]")


@dataclass
class Adapter:
    """A LoRA sorted by the layers it changes."""

    groups: dict[str, dict[str, Tensor]] = field(default_factory=dict)
    """Layer as the file calls it -> ending of the key -> tensor."""
    strangers: list[str] = field(default_factory=list)
    """Keys that are no part of any known form."""
    keys: int = 0

    @property
    def share(self) -> float:
        """Part of the keys that change layers; a plain model has none."""
        telling = any(set(group) - _SILENT for group in self.groups.values())
        parts = self.keys - len(self.strangers)
        return parts / self.keys if telling and self.keys else 0.0

    def layers(self) -> dict[str, Tensor]:
        """Layers in flat names with the shapes, out and in, that they change."""
        return {
            flat_name(name): Tensor("F16", layer_shape(parts))
            for name, parts in self.groups.items()
        }


def adapter_of(tensors: Mapping[str, Tensor]) -> Adapter:
    """Sort keys by layer."""
    adapter = Adapter(keys=len(tensors))
    for name, tensor in tensors.items():
        end = part_of(name)
        if end:
            layer = name[: -len(end)]
            adapter.groups.setdefault(layer, {})[end] = tensor
        else:
            adapter.strangers.append(name)
    return adapter


def part_of(name: str) -> str:
    """The ending that makes a key part of a LoRA; empty for any other."""
    head, _, last = name.rpartition(".")
    if last not in _LASTS:
        return ""
    if last == "weight" or last == "bias":
        before = head.rpartition(".")[2]
        if before not in _BEFORE_WEIGHT:
            return ""
    pieces = name.rsplit(".", 3)
    for count in (3, 2, 1):
        end = "." + ".".join(pieces[-count:])
        if len(pieces) > count and end in _KNOWN:
            return end
    return next((end for end in _JOINED if name.endswith(end)), "")


def flat_name(layer: str) -> str:
    """A layer without what trainers write before it, with ``_`` for each dot."""
    return _PREFIX.sub("", layer).replace(".", "_")


def layer_shape(parts: Mapping[str, Tensor]) -> tuple[int, ...]:
    """Out and in of the layer that a LoRA was trained for; empty when hidden."""
    for up_end, down_end in PAIRS:
        if up_end in parts and down_end in parts:
            up, down = parts[up_end].shape, parts[down_end].shape
            return (up[0], down[1]) if up and len(down) > 1 else ()
    first, second = parts.get(".hada_w1_a"), parts.get(".hada_w1_b")
    if first and second and len(first.shape) == 2 and len(second.shape) == 2:
        return first.shape[0], second.shape[1]
    diff = parts.get(".diff")
    return diff.shape[:2] if diff and len(diff.shape) > 1 else ()


def for_text_encoder(layer: str) -> bool:
    """Whether the layer is a text encoder's."""
    return _TEXT.match(layer.removeprefix("lora_").removeprefix("prior_")) is not None
