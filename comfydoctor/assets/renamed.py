"""Tensors of other programs' files in the names that ComfyUI gives them."""

import re
from collections.abc import Mapping

from comfydoctor.assets.loraname import WEIGHT
from comfydoctor.assets.tensors import Tensor
from comfydoctor.content.families import Family, Naming

_PART = re.compile(r"^(.*)@(\d+)\+(\d+)$")
_NUMBER = re.compile(r"(?:(?<=\.)|^)(\d+)(?=\.)")
_ENDS = (WEIGHT, ".bias")
_HUNYUAN = (
    ("txt_in.t_embedder.mlp.0.", "txt_in.t_embedder.in_layer."),
    ("txt_in.t_embedder.mlp.2.", "txt_in.t_embedder.out_layer."),
    ("txt_in.c_embedder.linear_1.", "txt_in.c_embedder.in_layer."),
    ("txt_in.c_embedder.linear_2.", "txt_in.c_embedder.out_layer."),
    ("_mod.linear.", "_mod.lin."),
    ("_attn_qkv.", "_attn.qkv."),
    ("mlp.fc1.", "mlp.0."),
    ("mlp.fc2.", "mlp.2."),
    ("_attn_proj.", "_attn.proj."),
    (".modulation.linear.", ".modulation.lin."),
    ("_in.mlp.0.", "_in.in_layer."),
    ("_in.mlp.2.", "_in.out_layer."),
)
"""What ComfyUI 0.33 renames in HunyuanVideo's own files."""


def comfy_names(
    tensors: Mapping[str, Tensor], layout: str, family: Family | None
) -> dict[str, Tensor]:
    """The diffusion model's tensors as they are called once it is loaded."""
    if layout == "diffusers" and family is not None:
        if family.unet:
            return _from_unet(tensors)
        return _from_blocks(tensors, family)
    own = dict(tensors)
    if family is not None and family.id == "hunyuan-video":
        own = {_swapped(name): tensor for name, tensor in own.items()}
    return {_normed(name): tensor for name, tensor in own.items()}


def _swapped(name: str) -> str:
    for theirs, ours in _HUNYUAN:
        name = name.replace(theirs, ours)
    return name


def _normed(name: str) -> str:
    """Norms call their weight ``scale`` in files of Black Forest Labs and others."""
    if name.endswith("_norm.scale"):
        return name.removesuffix("scale") + "weight"
    return name


def _from_blocks(tensors: Mapping[str, Tensor], family: Family) -> dict[str, Tensor]:
    """By the family's own table; parts of a larger layer are put together."""
    rules = _rules(family.naming)
    made: dict[str, Tensor] = {}
    for name, tensor in tensors.items():
        end = next((end for end in _ENDS if name.endswith(end)), "")
        layer = name.removesuffix(end)
        found = _NUMBER.search(layer + ".")
        number = found[1] if found else ""
        pattern = _NUMBER.sub("#", layer + ".", count=1)[:-1] if found else layer
        ours = rules.get(pattern) or rules.get(layer)
        if ours is None:
            made[name] = tensor
            continue
        part = _PART.match(ours)
        target = (part[1] if part else ours).replace("#", number) + end
        held = made.get(target)
        if part and held and held.shape and tensor.shape:
            rows = held.shape[0] + tensor.shape[0]
            tensor = Tensor(tensor.dtype, (rows, *tensor.shape[1:]))
        made[target] = tensor
    return made


def _rules(namings: tuple[Naming, ...]) -> dict[str, str]:
    """Diffusers' layer -> ComfyUI's, both with # for the block."""
    rules: dict[str, str] = {}
    for naming in namings:
        for block in naming.block:
            for theirs, ours in block.layers.items():
                rules.setdefault(block.diffusers + theirs, block.comfy + ours)
    return rules


def _from_unet(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Blocks are counted through in ComfyUI, by level in diffusers."""
    numbers = _Unet(tensors)
    made = {}
    for name, tensor in tensors.items():
        made[numbers.renamed(name)] = tensor
    return made


_RESNET = {
    "norm1.": "in_layers.0.",
    "conv1.": "in_layers.2.",
    "time_emb_proj.": "emb_layers.1.",
    "norm2.": "out_layers.0.",
    "conv2.": "out_layers.3.",
    "conv_shortcut.": "skip_connection.",
}
_OUTER = {
    "conv_in.": "input_blocks.0.0.",
    "conv_norm_out.": "out.0.",
    "conv_out.": "out.2.",
    "time_embedding.linear_1.": "time_embed.0.",
    "time_embedding.linear_2.": "time_embed.2.",
    "add_embedding.linear_1.": "label_emb.0.0.",
    "add_embedding.linear_2.": "label_emb.0.2.",
    "class_embedding.linear_1.": "label_emb.0.0.",
    "class_embedding.linear_2.": "label_emb.0.2.",
    "mid_block.resnets.0.": "middle_block.0.",
    "mid_block.attentions.0.": "middle_block.1.",
    "mid_block.resnets.1.": "middle_block.2.",
}


class _Unet:
    """Where each block of a diffusers U-Net stands in ComfyUI's count."""

    def __init__(self, tensors: Mapping[str, Tensor]) -> None:
        self._names = set(tensors)
        self.begins = dict(_OUTER)
        self._count("down_blocks", "input_blocks", 1)
        self._count("up_blocks", "output_blocks", 0)

    def _count(self, theirs: str, ours: str, place: int) -> None:
        for level in range(16):
            begin = f"{theirs}.{level}."
            if not any(name.startswith(begin) for name in self._names):
                return
            place = self._level(begin, ours, place)

    def _level(self, begin: str, ours: str, place: int) -> int:
        inner = 0
        while any(n.startswith(f"{begin}resnets.{inner}.") for n in self._names):
            self.begins[f"{begin}resnets.{inner}."] = f"{ours}.{place}.0."
            self.begins[f"{begin}attentions.{inner}."] = f"{ours}.{place}.1."
            inner, place = inner + 1, place + 1
        if f"{begin}downsamplers.0.conv.weight" in self._names:
            self.begins[f"{begin}downsamplers.0.conv."] = f"{ours}.{place}.0.op."
            place += 1
        last = place - 1
        attended = any(n.startswith(f"{begin}attentions.") for n in self._names)
        slot = 2 if attended else 1
        self.begins[f"{begin}upsamplers.0.conv."] = f"{ours}.{last}.{slot}.conv."
        return place

    def renamed(self, name: str) -> str:
        """One name in ComfyUI's count."""
        theirs = next((b for b in self.begins if name.startswith(b)), None)
        if theirs is None:
            return name
        rest = name[len(theirs) :]
        if ".resnets." in theirs:
            rest = _in_resnet(rest)
        return self.begins[theirs] + rest


def _in_resnet(rest: str) -> str:
    for begin, other in _RESNET.items():
        if rest.startswith(begin):
            return other + rest[len(begin) :]
    return rest
