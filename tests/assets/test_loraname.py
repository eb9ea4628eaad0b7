"""Our names for every layer of every recorded model are those of ComfyUI 0.33."""

import pytest

from comfydoctor.assets.base import read_base
from comfydoctor.assets.identify import Identifier
from comfydoctor.assets.loraname import prefixed
from comfydoctor.assets.textname import text_names, text_shapes
from tests.assets.known import checkpoint_of, recorded, tensors_of

IDENTIFIER = Identifier()
NAMES = recorded("lora_names")


@pytest.mark.parametrize("model", [n for n in NAMES if n.startswith("diffusion/")])
def test_a_diffusion_model_has_the_names_that_comfyui_looks_for(model):
    tensors = tensors_of(model)
    found = IDENTIFIER.identify(tensors, {})
    base = read_base(tensors, found, IDENTIFIER.families.get(found.family_id))
    ours = {name: list(t) for name, t in base.names.items() if t.key in base.shapes}
    assert ours == NAMES[model]


@pytest.mark.parametrize("model", [n for n in NAMES if n.startswith("text/")])
def test_text_encoders_have_the_names_that_comfyui_looks_for(model):
    shapes = {key: tensor.shape for key, tensor in tensors_of(model).items()}
    ours = {name: list(target) for name, target in text_names(shapes).items()}
    assert ours == NAMES[model]


@pytest.mark.parametrize("base", ["sd1", "sd2", "sdxl", "sdxl-refiner"])
def test_a_checkpoints_text_encoders_get_the_same_names(base):
    ours = text_names(text_shapes(checkpoint_of(base)))
    wanted = NAMES[f"text/{base}"]
    clip = {name for name in wanted if "encoder_layers" in name}
    assert clip and clip <= set(ours)
    assert {name: ours[name].key for name in clip} == {
        name: wanted[name][0] for name in clip
    }


def test_flat_prefixes_make_flat_names():
    assert prefixed("lycoris_", "a.b") == "lycoris_a_b"
    assert prefixed("transformer.", "a.b") == "transformer.a.b"
