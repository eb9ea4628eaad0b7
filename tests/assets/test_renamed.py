"""Files in diffusers' names become the model that ComfyUI would build from them."""

import pytest

from comfydoctor.assets.renamed import comfy_names
from comfydoctor.assets.tensors import Tensor
from comfydoctor.content.families import Families
from tests.assets.known import recorded, tensors_of

FAMILIES = Families()


def in_diffusers_names(model: str) -> dict[str, Tensor]:
    """A recorded model as diffusers would write it, by ComfyUI's own table of names."""
    prefix = "transformer."
    tensors = tensors_of(model)
    made = {}
    for name, (key, _start, rows) in recorded("lora_names")[model].items():
        inner = key.removeprefix("diffusion_model.")
        if not name.startswith(prefix) or not key.endswith(".weight"):
            continue
        if name.endswith((".to_qkv_mlp_proj", ".linear_in", ".linear_out")):
            continue  # of Flux.2 and LyCORIS: a second name for the same layer
        tensor = tensors[inner]
        shape = (rows, *tensor.shape[1:]) if rows else tensor.shape
        made[name.removeprefix(prefix) + ".weight"] = Tensor("F16", shape)
        bias = inner.removesuffix("weight") + "bias"
        if bias in tensors:
            made[name.removeprefix(prefix) + ".bias"] = Tensor("F16", (shape[0],))
    return made


@pytest.mark.parametrize(
    ("model", "family_id"),
    [
        ("diffusion/flux-dev", "flux1"),
        ("diffusion/sd3-medium", "sd3"),
        ("diffusion/z-image", "z-image"),
        ("diffusion/auraflow", "auraflow"),
    ],
)
def test_parts_are_put_together_to_comfyuis_layers(model, family_id):
    theirs = in_diffusers_names(model)
    ours = comfy_names(theirs, "diffusers", FAMILIES.get(family_id))
    wanted = {
        key.removeprefix("diffusion_model.")
        for name, (key, _start, _rows) in recorded("lora_names")[model].items()
        if name.startswith("transformer.") and key.endswith(".weight")
    }
    tensors = tensors_of(model)
    assert wanted <= set(ours)
    assert all(ours[name].shape == tensors[name].shape for name in wanted)


def test_a_unet_is_counted_as_comfyui_counts():
    names = recorded("lora_names")["diffusion/sdxl"]
    tensors = tensors_of("diffusion/sdxl")
    dotted = {}
    for name, (key, _start, _rows) in names.items():
        if name.startswith(("down_blocks.", "up_blocks.", "mid_block.", "conv_")):
            inner = key.removeprefix("diffusion_model.")
            spelled = name.replace(".processor.", ".")
            if spelled.endswith(".to_out"):
                spelled += ".0"
            dotted[spelled + ".weight"] = (inner, tensors[inner])
    ours = comfy_names(
        {name: tensor for name, (_key, tensor) in dotted.items()},
        "diffusers",
        FAMILIES.get("sdxl"),
    )
    assert set(ours) == {key for key, _tensor in dotted.values()}


def test_hunyuan_videos_own_names_are_those_of_comfyui():
    theirs = {
        "double_blocks.0.img_attn_qkv.weight": Tensor("F16", (9216, 3072)),
        "double_blocks.0.img_mlp.fc1.weight": Tensor("F16", (12288, 3072)),
        "single_blocks.3.modulation.linear.weight": Tensor("F16", (9216, 3072)),
    }
    ours = comfy_names(theirs, "original", FAMILIES.get("hunyuan-video"))
    assert set(ours) == {
        "double_blocks.0.img_attn.qkv.weight",
        "double_blocks.0.img_mlp.0.weight",
        "single_blocks.3.modulation.lin.weight",
    }
