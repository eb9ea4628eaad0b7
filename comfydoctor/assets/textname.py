"""Names of text encoders' layers: in checkpoints, in ComfyUI, and in LoRAs."""

import re
from collections.abc import Iterator, Mapping

from comfydoctor.assets.loraname import WEIGHT, Shapes, Target, flat
from comfydoctor.assets.tensors import Tensor

_LAYERS = (
    *("mlp.fc1", "mlp.fc2", "self_attn.k_proj", "self_attn.q_proj"),
    *("self_attn.v_proj", "self_attn.out_proj"),
)
_MOST = 32
_CLIP = "transformer.text_model.encoder.layers."
_PLACES = (
    ("cond_stage_model.transformer.text_model.", "clip_l.transformer.text_model."),
    ("cond_stage_model.clip_l.", "clip_l."),
    ("cond_stage_model.model.", "clip_h"),
    ("conditioner.embedders.0.transformer.", "clip_l.transformer."),
    ("conditioner.embedders.0.model.", "clip_g"),
    ("conditioner.embedders.1.model.", "clip_g"),
    ("text_encoders.", ""),
)
"""Before names in a checkpoint -> in ComfyUI; a bare word means OpenCLIP's names."""
_OPEN_CLIP = (
    ("ln_1.", "layer_norm1."),
    ("ln_2.", "layer_norm2."),
    ("mlp.c_fc.", "mlp.fc1."),
    ("mlp.c_proj.", "mlp.fc2."),
    ("attn.out_proj.", "self_attn.out_proj."),
)
_BLOCK = re.compile(r"^transformer\.resblocks\.(\d{1,3})\.(.+)$")


def text_shapes(tensors: Mapping[str, Tensor]) -> dict[str, tuple[int, ...] | None]:
    """A checkpoint's text encoders in the names ComfyUI gives their tensors."""
    made: dict[str, tuple[int, ...] | None] = {}
    for name, tensor in tensors.items():
        for begin, ours in _PLACES:
            if name.startswith(begin):
                rest = name[len(begin) :]
                if ours.startswith("clip") and "." not in ours:
                    made.update(_from_open_clip(ours, rest, tensor))
                else:
                    made[ours + rest] = tensor.shape
                break
    if f"clip_l.{_CLIP}0.mlp.fc1{WEIGHT}" in made:
        # ComfyUI's CLIP-L always has it, whether the file brings it or not.
        made.setdefault(f"clip_l.transformer.text_projection{WEIGHT}", (768, 768))
    return made


def _from_open_clip(
    who: str, name: str, tensor: Tensor
) -> Iterator[tuple[str, tuple[int, ...]]]:
    inner = f"{who}.transformer."
    if name == "text_projection":
        yield f"{inner}text_projection{WEIGHT}", tensor.shape[::-1]
    found = _BLOCK.match(name)
    if found is None:
        return
    layer = f"{inner}text_model.encoder.layers.{found[1]}."
    rest = found[2]
    if rest == "attn.in_proj_weight" and tensor.shape:
        third = (tensor.shape[0] // 3, *tensor.shape[1:])
        for part in ("q", "k", "v"):
            yield f"{layer}self_attn.{part}_proj{WEIGHT}", third
        return
    for theirs, ours in _OPEN_CLIP:
        if rest.startswith(theirs):
            yield layer + ours + rest[len(theirs) :], tensor.shape


def text_names(shapes: Shapes) -> dict[str, Target]:
    """Names under which ComfyUI looks for them in a LoRA."""
    names = dict(_generic(shapes))
    has_l = any(key.startswith(f"clip_l.{_CLIP}") for key in shapes)
    names.update(_clips(shapes, has_l))
    names.update(_t5(shapes))
    names.update(_others(shapes))
    return names


def _generic(shapes: Shapes) -> Iterator[tuple[str, Target]]:
    for key in shapes:
        if not key.endswith(WEIGHT):
            continue
        name = key[: -len(WEIGHT)]
        yield f"text_encoders.{name}", Target(key)
        place = name.find(".transformer.")
        if place > 0 and not name.startswith("clip_"):
            yield f"text_encoders.{name[place + 1 :]}", Target(key)


def _clips(shapes: Shapes, has_l: bool) -> Iterator[tuple[str, Target]]:
    first = ("lora_te_", "lora_te1_"), "text_encoder."
    second = ("lora_te2_",), "text_encoder_2."
    alone = ("lora_te_", "lora_prior_te_"), "text_encoder."
    for who, (prefixes, dotted) in (
        ("clip_h", first),
        ("clip_l", first),
        ("clip_g", second if has_l else alone),
    ):
        for number in range(_MOST):
            for part in _LAYERS:
                key = f"{who}.{_CLIP}{number}.{part}{WEIGHT}"
                if key in shapes:
                    layer = f"text_model.encoder.layers.{number}.{part}"
                    yield dotted + layer, Target(key)
                    for prefix in prefixes:
                        yield prefix + flat(layer), Target(key)


def _t5(shapes: Shapes) -> Iterator[tuple[str, Target]]:
    """OneTrainer counts the encoders that come before T5."""
    has_l = any(key.startswith("clip_l.") for key in shapes)
    has_g = any(key.startswith("clip_g.") for key in shapes)
    numbers = {3 if has_l and has_g else 2 if has_l or has_g else 1}
    if has_l and not has_g:
        numbers.add(3)
    begin = "t5xxl.transformer."
    for key in shapes:
        if key.startswith(begin) and key.endswith(WEIGHT):
            layer = flat(key[len(begin) : -len(WEIGHT)])
            for number in numbers:
                yield f"lora_te{number}_{layer}", Target(key)


def _others(shapes: Shapes) -> Iterator[tuple[str, Target]]:
    firsts = {key.partition(".")[0] for key in shapes if key.endswith(WEIGHT)}
    if len(firsts) == 1:
        begin = f"{next(iter(firsts))}.transformer.model."
        for key in shapes:
            if key.startswith(begin) and key.endswith(WEIGHT):
                yield "lora_te_" + flat(key[len(begin) : -len(WEIGHT)]), Target(key)
    for who, names in (
        ("clip_g", ("lora_prior_te_text_projection", "lora_te2_text_projection")),
        ("clip_l", ("lora_te1_text_projection",)),
    ):
        key = f"{who}.transformer.text_projection{WEIGHT}"
        for name in names if key in shapes else ():
            yield name, Target(key)
    begin = "hydit_clip.transformer.bert."
    for key in shapes:
        if key.startswith(begin) and key.endswith(WEIGHT):
            yield "lora_te1_" + flat(key[len(begin) : -len(WEIGHT)]), Target(key)
