"""Numbers in a ratio, files among the choices offered."""

import pytest

from comfydoctor.content.catalogue import Catalogue
from comfydoctor.diagnosis.captures import nearest
from comfydoctor.diagnosis.signatures import Matcher

MATCHER = Matcher(Catalogue())
REFUSAL = "  - Value not in list: ckpt_name: '{}' not in {}"


@pytest.mark.parametrize(
    ("wanted", "offered", "cause"),
    [
        ("XL\\sd.safetensors", "['a.ckpt', 'XL/sd.safetensors']", "model-path-differs"),
        ("v1-5.ckpt", "['v1-5-pruned-emaonly.ckpt', 'x.pt']", "model-not-in-folder"),
        ("sd_xl_base.ckpt", "['sd-xl-base.safetensors']", "model-renamed-default"),
        ("flux.safetensors", "[]", "model-not-in-folder"),
    ],
)
def test_the_offered_names_decide(wanted: str, offered: str, cause: str) -> None:
    assert MATCHER.explain(REFUSAL.format(wanted, offered))[0].cause == cause


def test_the_nearest_name_is_named() -> None:
    assert nearest("wan_2.1_vae.pt", ["ae.sft", "Wan2_1_VAE.pt"]) == "Wan2_1_VAE.pt"
    assert nearest("flux.pt", ["sdxl.pt"]) == ""
