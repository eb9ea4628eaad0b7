"""The layers of a base as ComfyUI would have them after loading its file."""

from collections.abc import Mapping
from dataclasses import dataclass

from comfydoctor.assets.identify import Identity, stripped
from comfydoctor.assets.loraname import (
    INNER,
    WEIGHT,
    Shapes,
    Target,
    unet_names,
)
from comfydoctor.assets.renamed import comfy_names
from comfydoctor.assets.tensors import Tensor
from comfydoctor.assets.textname import text_names, text_shapes
from comfydoctor.content.families import Family
from comfydoctor.model.modelfile import ModelKind

_PACKED = {"U8", "I8", "I32"}


@dataclass(frozen=True)
class Base:
    """What a LoRA can be matched with."""

    shapes: Shapes
    names: Mapping[str, Target]
    has_text: bool
    """Whether the file brings its text encoders."""


def read_base(
    tensors: Mapping[str, Tensor], identity: Identity, family: Family | None
) -> Base:
    """Layers, and the names under which a LoRA may call them."""
    inner = comfy_names(stripped(tensors, identity.prefix), identity.layout, family)
    shapes: dict[str, tuple[int, ...] | None] = {
        INNER + name: _shape(name, tensor) for name, tensor in inner.items()
    }
    names = unet_names(shapes, family)
    has_text = ModelKind.TEXT_ENCODER in identity.parts
    if has_text:
        text = text_shapes(tensors)
        names.update(text_names(text))
        shapes.update(text)
    return Base(shapes, names, has_text)


def _shape(name: str, tensor: Tensor) -> tuple[int, ...] | None:
    packed = tensor.dtype in _PACKED and name.endswith(WEIGHT)
    return None if packed else tensor.shape
