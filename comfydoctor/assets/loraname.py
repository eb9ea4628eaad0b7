"""Under which names ComfyUI looks for each layer in a LoRA.

The rules are those of ``model_lora_keys_unet`` and ``model_lora_keys_clip`` in ComfyUI
0.33 ``comfy/lora.py``; what is special to one family stands in resources/families.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from comfydoctor.assets.unetname import diffusers_layers
from comfydoctor.content.families import Family, Naming, Rename

INNER = "diffusion_model."
WEIGHT = ".weight"
_MOST_BLOCKS = 256
_PART = re.compile(r"^(.*)@(\d+)\+(\d+)$")


class Target(NamedTuple):
    """A layer of the base, or rows of it."""

    key: str
    start: int = 0
    rows: int = 0
    """0 is all of them."""


Shapes = Mapping[str, tuple[int, ...] | None]
"""Tensors of the base in ComfyUI's names; None where packing hides the shape."""


def unet_names(shapes: Shapes, family: Family | None) -> dict[str, Target]:
    """Names for the diffusion model, ``shapes`` beginning with ``diffusion_model.``."""
    layers = [key[len(INNER) : -len(WEIGHT)] for key in shapes if _is_layer(key)]
    names = dict(_plain(shapes))
    if family is not None and family.unet:
        names.update(_of_unet(layers))
    for naming in family.naming if family else ():
        if naming.needs and naming.needs not in layers:
            continue
        names.update(_spelled(naming, layers))
        names.update(_renamed(naming, layers, shapes))
    return names


def _is_layer(key: str) -> bool:
    return key.startswith(INNER) and key.endswith(WEIGHT)


def _plain(shapes: Shapes) -> Iterator[tuple[str, Target]]:
    for key in shapes:
        if _is_layer(key):
            name = key[: -len(WEIGHT)]
            yield name, Target(key)
            yield "lora_unet_" + flat(name[len(INNER) :]), Target(key)
        elif key.startswith(INNER):
            yield key, Target(key)


def _of_unet(layers: Iterable[str]) -> Iterator[tuple[str, Target]]:
    for other, layer in diffusers_layers(layers):
        target = Target(f"{INNER}{layer}{WEIGHT}")
        yield "lora_unet_" + flat(other), target
        yield "lycoris_" + flat(other), target
        name = other.replace(".to_", ".processor.to_")
        if name.endswith(".to_out.0"):
            name = name.removesuffix(".0")
        yield name, target
        yield "unet." + name, target


def _spelled(naming: Naming, layers: Iterable[str]) -> Iterator[tuple[str, Target]]:
    for layer in layers:
        if not layer.startswith(naming.inside):
            continue
        name = layer[len(naming.inside) :] + "."
        for ours, theirs in naming.replace.items():
            name = name.replace(ours, theirs)
        for prefix in naming.prefixes:
            yield prefixed(prefix, name[:-1]), Target(f"{INNER}{layer}{WEIGHT}")


def _renamed(
    naming: Naming, layers: Iterable[str], shapes: Shapes
) -> Iterator[tuple[str, Target]]:
    known = set(layers)
    for block in naming.block:
        for number in _numbers(block, known):
            for theirs, ours in block.layers.items():
                name, target = _pair(block, number, theirs, ours, shapes)
                for prefix in naming.renamed:
                    yield prefixed(prefix, name), target


def _numbers(block: Rename, known: set[str]) -> Iterator[str]:
    if "#" not in block.comfy:
        yield ""
        return
    begin = block.comfy.partition("#")[0]
    present = {name[len(begin) :].split(".")[0] for name in known if _in(name, begin)}
    yield from sorted(number for number in present if number.isdecimal())[:_MOST_BLOCKS]


def _in(name: str, begin: str) -> bool:
    return name.startswith(begin)


def _pair(
    block: Rename, number: str, theirs: str, ours: str, shapes: Shapes
) -> tuple[str, Target]:
    part = _PART.match(ours)
    layer = part[1] if part else ours
    key = f"{INNER}{block.comfy.replace('#', number)}{layer}{WEIGHT}"
    name = block.diffusers.replace("#", number) + theirs
    shape = shapes.get(key)
    if part is None or not shape or len(shape) < 2:
        return name, Target(key)
    return name, Target(key, int(part[2]) * shape[1], int(part[3]) * shape[1])


def prefixed(prefix: str, name: str) -> str:
    """A prefix that ends in ``_`` is for flat names."""
    return prefix + (flat(name) if prefix.endswith("_") else name)


def flat(name: str) -> str:
    """With ``_`` for each dot."""
    return name.replace(".", "_")
