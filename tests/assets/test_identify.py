"""Every recorded model is recognised, bare, in a checkpoint, cut up, and packed."""

import pytest

from comfydoctor.assets.identify import Identifier, diffusion_prefix
from comfydoctor.assets.tensors import Tensor
from comfydoctor.model.modelfile import ModelKind
from tests.assets.known import checkpoint_of, lora_for, model_names, tensors_of

IDENTIFIER = Identifier()
DIFFUSION = {
    "ace-step": "ACE-Step 1",
    "anima": "Anima",
    "auraflow": "AuraFlow",
    "cascade-b": "Stable Cascade stage B",
    "cascade-c": "Stable Cascade stage C",
    "chroma": "Chroma",
    "chroma-radiance": "Chroma Radiance",
    "cosmos-predict2-14b": "Cosmos-Predict2 text to image 14B",
    "cosmos-predict2-2b": "Cosmos-Predict2 text to image 2B",
    "cosmos-predict2-i2v-2b": "Cosmos-Predict2 image to video",
    "cosmos1-7b": "Cosmos 1 text to world 7B",
    "ernie-image": "ERNIE-Image",
    "flux-depth": "Flux.1 Canny or Depth",
    "flux-dev": "Flux.1 dev, Kontext or Krea",
    "flux-fill": "Flux.1 Fill",
    "flux-schnell": "Flux.1 schnell",
    "flux2-dev": "Flux.2 dev",
    "flux2-klein-4b": "Flux.2 klein 4B",
    "flux2-klein-9b": "Flux.2 klein 9B",
    "hidream": "HiDream-I1 (full, dev or fast) or E1",
    "hunyuan-dit": "HunyuanDiT",
    "hunyuan-video": "HunyuanVideo",
    "hunyuan-video-15": "HunyuanVideo 1.5",
    "hunyuan-video-i2v": "HunyuanVideo image to video",
    "hunyuan-video-skyreels": "HunyuanVideo (SkyReels image to video)",
    "hunyuan3d-2": "Hunyuan3D 2",
    "hunyuan3d-21": "Hunyuan3D 2.1",
    "kandinsky5-lite": "Kandinsky 5",
    "krea2": "Krea 2",
    "ltx2": "LTX-2",
    "ltxv-13b": "LTX-Video 13B",
    "ltxv-2b": "LTX-Video 2B",
    "lumina2": "Lumina 2",
    "mochi": "Mochi 1 preview",
    "omnigen2": "OmniGen2",
    "pixart-alpha": "PixArt-Alpha",
    "pixart-sigma": "PixArt-Sigma",
    "qwen-image": "Qwen-Image or Qwen-Image-Edit",
    "sd1": "SD1.x",
    "sd1-inpaint": "SD1.x inpainting",
    "sd2": "SD2.x",
    "sd3-medium": "SD3 medium",
    "sd35-large": "SD3.5 large",
    "sd35-medium": "SD3.5 medium",
    "sdxl": "SDXL",
    "sdxl-inpaint": "SDXL inpainting",
    "sdxl-refiner": "SDXL refiner",
    "ssd-1b": "SDXL, distilled smaller (SSD-1B, Vega or KOALA)",
    "stable-audio": "Stable Audio Open",
    "svd": "Stable Video Diffusion",
    "wan21-camera": "Wan camera control",
    "wan21-humo": "Wan HuMo",
    "wan21-i2v-14b": "Wan 2.1 image to video 14B",
    "wan21-t2v-1.3b": "Wan 2.1 text to video 1.3B",
    "wan21-t2v-14b": "Wan 2.1 or 2.2 text to video 14B",
    "wan21-vace-14b": "Wan VACE",
    "wan22-animate": "Wan 2.2 Animate",
    "wan22-i2v-14b": "Wan 2.2 image to video 14B",
    "wan22-s2v": "Wan 2.2 speech to video (S2V)",
    "wan22-ti2v-5b": "Wan 2.2 text and image to video 5B",
    "z-image": "Z-Image or Z-Image Turbo",
}
KINDS = {
    "vae": ModelKind.VAE,
    "controlnet": ModelKind.CONTROLNET,
    "t2i": ModelKind.T2I_ADAPTER,
    "clip-vision": ModelKind.CLIP_VISION,
    "upscale": ModelKind.UPSCALER,
}


def look(tensors, metadata=None):
    return IDENTIFIER.identify(tensors, metadata or {})


def test_no_recorded_model_is_forgotten_here():
    assert {f"diffusion/{name}" for name in DIFFUSION} == set(model_names("diffusion"))


@pytest.mark.parametrize("name", DIFFUSION)
def test_a_diffusion_model_is_recognised_under_every_usual_prefix(name):
    for prefix in ("", "model.diffusion_model.", "diffusion_model."):
        found = look(tensors_of(f"diffusion/{name}", prefix))
        assert (found.kind, found.title) == (ModelKind.DIFFUSION, DIFFUSION[name])
        assert found.prefix == prefix


@pytest.mark.parametrize("name", DIFFUSION)
def test_packed_numbers_hide_shapes_but_not_the_family(name):
    plain = look(tensors_of(f"diffusion/{name}"))
    packed = {
        key: Tensor("U8", (tensor.elements // 2, 1))
        if key.endswith(".weight") and len(tensor.shape) == 2
        else tensor
        for key, tensor in tensors_of(f"diffusion/{name}").items()
    }
    assert look(packed).kind is ModelKind.DIFFUSION
    assert look(packed).family_id == plain.family_id


@pytest.mark.parametrize("name", ["sd1", "sd2", "sdxl", "sdxl-refiner"])
def test_a_checkpoint_brings_its_other_parts(name):
    found = look(checkpoint_of(name))
    assert (found.kind, found.title) == (ModelKind.CHECKPOINT, DIFFUSION[name])
    assert found.parts == {ModelKind.VAE, ModelKind.TEXT_ENCODER}


@pytest.mark.parametrize("kind", KINDS)
def test_other_kinds_are_recognised(kind):
    for name in model_names(kind):
        found = look(tensors_of(name))
        assert found.kind is KINDS[kind], name
        assert found.title, name


def test_text_encoders_are_recognised_from_any_file():
    for name in model_names("text"):
        tensors = tensors_of(name)
        for who in {key.partition(".")[0] for key in tensors}:
            begin = f"{who}.transformer."
            inner = {k[len(begin) :]: t for k, t in tensors.items() if begin in k}
            inner = {k: t for k, t in inner.items() if k and begin + k in tensors}
            found = look(inner)
            assert found.kind is ModelKind.TEXT_ENCODER, (name, who)
            assert found.title != "a language model", (name, who)


FAMILIES = sorted(
    name
    for name in model_names("diffusion")
    if not name.endswith(("hunyuan3d-2", "hunyuan3d-21", "svd", "pixart-alpha"))
    and not name.endswith(("pixart-sigma", "stable-audio", "cascade-b", "cascade-c"))
)


@pytest.mark.parametrize("how", ["kohya", "peft", "loha"])
@pytest.mark.parametrize("name", FAMILIES)
def test_a_lora_of_a_whole_model_names_its_family(name, how):
    begin = "lora_unet_" if how != "peft" else "diffusion_model."
    lora = lora_for(name, begin, how)
    found = look(lora)
    assert found.kind is ModelKind.LORA
    family = look(tensors_of(name)).family_id
    if family == "chroma":
        assert found.family_id in ("chroma", "flux1")
    elif name.endswith("anima"):
        assert found.family_id in ("anima", "cosmos-predict2")
    else:
        assert found.family_id == family, found.title


def test_a_lora_of_one_kind_of_layer_only_makes_no_wrong_claim():
    lora = {
        "lora_unet_down_blocks_0_attentions_0_proj_in.lora_down.weight": Tensor(
            "F16", (4, 320)
        ),
        "lora_unet_down_blocks_0_attentions_0_proj_in.lora_up.weight": Tensor(
            "F16", (320, 4)
        ),
    }
    found = look(lora)
    assert found.kind is ModelKind.LORA and not found.title
    told = look(lora, {"ss_base_model_version": "sd_v1"})
    assert told.title == "SD1.x" and "own notes" in told.notes[0]


def test_what_only_the_notes_tell_is_taken_from_them():
    tensors = tensors_of("diffusion/flux-dev")
    assert "tell" in look(tensors).notes[0]
    told = look(tensors, {"modelspec.title": "FLUX.1-Kontext-dev"})
    assert told.title == "Flux.1 Kontext"


def test_unknown_tensors_stay_unknown():
    assert look({}).kind is ModelKind.UNKNOWN
    assert look({"something": Tensor("F16", (4, 4))}).kind is ModelKind.UNKNOWN
    strange = {f"model.diffusion_model.x{n}": Tensor("F16", (1,)) for n in range(9)}
    found = look(strange)
    assert found.kind is ModelKind.DIFFUSION and not found.title


def test_the_prefix_needs_more_than_a_few_keys():
    assert diffusion_prefix({"net.a": Tensor("F16", (1,))}) == ""
