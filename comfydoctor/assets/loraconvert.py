"""LoRAs of a few makers, in the names that ComfyUI turns them into first.

As ``comfy/lora_convert.py`` of ComfyUI 0.33 does.
"""

from collections.abc import Mapping

from comfydoctor.assets.tensors import Tensor

_USO = (
    (".down.weight", ".lora_down.weight"),
    (".up.weight", ".lora_up.weight"),
    (".qkv_lora2.", ".txt_attn.qkv."),
    (".qkv_lora1.", ".img_attn.qkv."),
    (".proj_lora1.", ".img_attn.proj."),
    (".proj_lora2.", ".txt_attn.proj."),
    (".qkv_lora.", ".linear1_qkv."),
    (".proj_lora.", ".linear2."),
    (".processor.", "."),
)
_CONTROL = ((".lora_B.bias", ".diff_b"), ("_norm.scale", "_norm.set_weight"))
_INNER = "diffusion_model."


def converted(tensors: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
    """The same tensors; only names change, and one key may be added."""
    if "img_in.lora_A.weight" in tensors and (
        "single_blocks.0.norm.key_norm.scale" in tensors
    ):
        made = {_INNER + _swapped(n, _CONTROL): t for n, t in tensors.items()}
        made[f"{_INNER}img_in.reshape_weight"] = Tensor("I64", (2,))
        return made
    if "lora_unet__blocks_0_cross_attn_k.lora_down.weight" in tensors:
        return {
            n.replace("lora_unet__", "lora_unet_", 1): t for n, t in tensors.items()
        }
    if "single_blocks.37.processor.qkv_lora.up.weight" in tensors and (
        "double_blocks.18.processor.qkv_lora2.up.weight" in tensors
    ):
        return {_INNER + _swapped(n, _USO): t for n, t in tensors.items()}
    return tensors


def _swapped(name: str, pairs: tuple[tuple[str, str], ...]) -> str:
    for theirs, ours in pairs:
        name = name.replace(theirs, ours)
    return name
