"""A U-Net's layers in the names that diffusers gives them, read off its structure."""

from collections.abc import Iterable, Iterator

_RESNET = {
    "in_layers.0": "norm1",
    "in_layers.2": "conv1",
    "emb_layers.1": "time_emb_proj",
    "out_layers.0": "norm2",
    "out_layers.3": "conv2",
    "skip_connection": "conv_shortcut",
}
_OUTER = {
    "input_blocks.0.0": ("conv_in",),
    "out.0": ("conv_norm_out",),
    "out.2": ("conv_out",),
    "time_embed.0": ("time_embedding.linear_1",),
    "time_embed.2": ("time_embedding.linear_2",),
    "label_emb.0.0": ("class_embedding.linear_1", "add_embedding.linear_1"),
    "label_emb.0.2": ("class_embedding.linear_2", "add_embedding.linear_2"),
}
_ATTENTION = ("norm", "proj_in", "proj_out", "transformer_blocks.")
_LEFT_OUT = ("time_stack.", "time_mixer.", "time_mix_", "time_pos_embed.")


def diffusers_layers(layers: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Pairs of diffusers' and ComfyUI's name, both without ``.weight``."""
    names = set(layers)
    places = _places(names)
    for name in sorted(names):
        for other in _OUTER.get(name, ()):
            yield other, name
        begin, _, rest = _cut(name)
        place = places.get(begin)
        if place and rest:
            if (inner := _inner(place, rest)) is not None:
                yield f"{place}.{inner}", name
        elif place:
            yield place, name


def _cut(name: str) -> tuple[str, str, str]:
    """``input_blocks.4.1`` and the rest; a middle block has one number less."""
    parts = name.split(".")
    depth = 2 if parts[0] == "middle_block" else 3
    outer = parts[0] in ("input_blocks", "output_blocks")
    if outer and parts[depth : depth + 1] in (["op"], ["conv"]):
        depth += 1
    return ".".join(parts[:depth]), ".", ".".join(parts[depth:])


def _inner(place: str, rest: str) -> str | None:
    if ".resnets." in place:
        return _RESNET.get(rest)
    if rest.startswith(_LEFT_OUT):
        return None
    return rest if rest.startswith(_ATTENTION) else None


def _places(names: set[str]) -> dict[str, str]:
    """ComfyUI's beginning of each block -> diffusers'."""
    places = {
        "middle_block.0": "mid_block.resnets.0",
        "middle_block.1": "mid_block.attentions.0",
        "middle_block.2": "mid_block.resnets.1",
    }
    places.update(_down(names))
    places.update(_up(names))
    return places


def _down(names: set[str]) -> dict[str, str]:
    places: dict[str, str] = {}
    level = inner = 0
    for number in range(1, _blocks(names, "input_blocks.")):
        block = f"input_blocks.{number}"
        if f"{block}.0.op" in names:
            places[f"{block}.0.op"] = f"down_blocks.{level}.downsamplers.0.conv"
            level, inner = level + 1, 0
            continue
        places[f"{block}.0"] = f"down_blocks.{level}.resnets.{inner}"
        places[f"{block}.1"] = f"down_blocks.{level}.attentions.{inner}"
        inner += 1
    return places


def _up(names: set[str]) -> dict[str, str]:
    places: dict[str, str] = {}
    level = inner = 0
    for number in range(_blocks(names, "output_blocks.")):
        block = f"output_blocks.{number}"
        places[f"{block}.0"] = f"up_blocks.{level}.resnets.{inner}"
        places[f"{block}.1"] = f"up_blocks.{level}.attentions.{inner}"
        inner += 1
        for last in (1, 2):
            if f"{block}.{last}.conv" in names:
                places[f"{block}.{last}.conv"] = f"up_blocks.{level}.upsamplers.0.conv"
                level, inner = level + 1, 0
    return places


def _blocks(names: set[str], begin: str) -> int:
    numbers = (n.split(".")[1] for n in names if n.startswith(begin))
    return max((int(n[:4]) for n in numbers if n.isdecimal()), default=-1) + 1
