import pytest

from comfydoctor.assets.match import NO_FORM, NO_LAYER, NO_TEXT, Matcher
from comfydoctor.assets.tensors import Tensor
from tests.assets.known import checkpoint_of, lora_for, tensors_of, write_sparse

MATCHER = Matcher()


@pytest.fixture
def files(tmp_path):
    def write(name, tensors):
        return write_sparse(tmp_path / f"{name}.safetensors", tensors)

    return write


def match(files, base, lora):
    return MATCHER.match(files("base", base), files("lora", lora))


def test_a_lora_made_for_the_base_fits(files):
    lora = {
        **lora_for("diffusion/sdxl", "lora_unet_input", "kohya"),
        **lora_for("text/sdxl", "lora_te1_", "kohya"),
        **lora_for("text/sdxl", "lora_te2_", "kohya"),
    }
    found = match(files, checkpoint_of("sdxl"), lora)
    assert (found.verdict, found.share) == ("fits", 1.0)
    assert found.applied == found.keys == len(lora) and not found.reasons
    assert (found.base_family, found.lora_family) == ("SDXL", "SDXL")


def test_a_lora_of_another_base_does_not_and_says_why(files):
    lora = lora_for("diffusion/sd1", "lora_unet_down", "kohya")
    found = match(files, checkpoint_of("sdxl"), lora)
    assert found.verdict == "does not fit"
    reasons = {reason.reason: reason.keys for reason in found.reasons}
    assert reasons[NO_LAYER] > 50 and found.misshapen > 10
    assert any(reason.startswith("Made for layers") for reason in reasons)
    assert sum(reasons.values()) + found.applied == found.keys


def test_a_wrong_width_is_told_with_its_numbers(files):
    lora = {
        "lora_unet_input_blocks_4_1_transformer_blocks_0_attn2_to_k.lora_up.weight": (
            Tensor("F16", (640, 4))
        ),
        "lora_unet_input_blocks_4_1_transformer_blocks_0_attn2_to_k.lora_down.weight": (
            Tensor("F16", (4, 768))
        ),
    }
    found = match(files, checkpoint_of("sdxl"), lora)
    assert found.reasons[0].reason == "Made for layers 768 wide; the base's is 2048."


def test_keys_for_a_text_encoder_elsewhere_are_not_judged(files):
    lora = {
        **lora_for("diffusion/flux-dev", "lora_unet_single", "kohya"),
        **lora_for("text/flux", "lora_te1_", "kohya"),
    }
    found = match(files, tensors_of("diffusion/flux-dev"), lora)
    assert found.verdict == "fits" and found.unknown > 0
    assert found.reasons[0].reason == NO_TEXT
    only = match(
        files,
        tensors_of("diffusion/flux-dev"),
        lora_for("text/flux", "lora_te1_", "kohya"),
    )
    assert only.verdict == "not known" and only.share is None


def test_a_form_that_comfyui_does_not_know_is_named(files):
    lora = lora_for("diffusion/sd1", "lora_unet_down", "ia3")
    found = match(files, checkpoint_of("sd1"), lora)
    assert found.applied == 0
    assert found.reasons[0].reason == NO_FORM


@pytest.mark.parametrize("how", ["kohya", "peft", "loha", "lokr", "diff"])
def test_parts_of_a_larger_layer_are_found_in_diffusers_names(files, how):
    lora = lora_for("diffusion/flux-dev", "transformer.single_transformer", how)
    found = match(files, tensors_of("diffusion/flux-dev"), lora)
    wanted = {"diff": 0.4}.get(how, 0.995)  # a part has no bias of its own to change
    assert found.share is not None and found.share >= wanted


def test_quantised_layers_hide_their_shape_and_count_as_fitting(files):
    base = {
        name: Tensor("U8", (tensor.elements // 2, 1))
        if name.endswith(".weight") and len(tensor.shape) == 2
        else tensor
        for name, tensor in tensors_of("diffusion/flux-dev").items()
    }
    lora = lora_for("diffusion/flux-dev", "lora_unet_double", "kohya")
    assert match(files, base, lora).verdict == "fits"


def test_a_base_in_diffusers_names_is_understood(files):
    from tests.assets.test_renamed import in_diffusers_names

    lora = lora_for("diffusion/flux-dev", "lora_unet_", "kohya", every=7)
    base = in_diffusers_names("diffusion/flux-dev")
    assert match(files, base, lora).verdict == "fits"


def test_what_cannot_be_compared_is_said(files, tmp_path):
    lora = files("l", lora_for("diffusion/sd1", "lora_unet_down", "kohya"))
    vae = files("v", tensors_of("vae/sd"))
    base = files("b", checkpoint_of("sd1"))
    page = tmp_path / "page.safetensors"
    page.write_bytes(b"<html>")
    assert "no checkpoint" in MATCHER.match(vae, lora).problem
    assert "no LoRA" in MATCHER.match(base, vae).problem
    assert "web page" in MATCHER.match(page, lora).problem
    assert MATCHER.match(page, lora).verdict == "not known"
    assert "cannot be read" in MATCHER.match(base, tmp_path / "gone").problem


def test_a_matrix_holds_every_pair_in_order(files):
    bases = [files("b1", checkpoint_of("sd1")), files("b2", checkpoint_of("sdxl"))]
    loras = [
        files("l1", lora_for("diffusion/sd1", "lora_unet_down", "kohya")),
        files("l2", lora_for("diffusion/sdxl", "lora_unet_down", "kohya")),
    ]
    told = []
    pairs = MATCHER.matrix(bases, loras, told.append)
    assert [pair.verdict for pair in pairs] == [
        *("fits", "does not fit"),
        *("does not fit", "fits"),
    ]
    assert told == pairs
