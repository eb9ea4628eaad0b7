"""Which pack provides which node class."""

import pytest

from comfydoctor.content.packs import CORE, PackIndex, choice_providers, pack_index
from comfydoctor.errors import ContentError


def test_the_packs_people_use_are_known() -> None:
    index = pack_index()
    assert index.providers("VHS_VideoCombine")[0].repository.endswith(
        "VideoHelperSuite"
    )
    assert index.providers("KSampler")[0].id == CORE
    assert index.providers("No Such Node") == ()
    assert len(set(index.names())) > 5000


def test_added_choices_name_their_pack() -> None:
    assert choice_providers()["beta57"].name == "RES4LYF"


def test_a_broken_line_is_named() -> None:
    with pytest.raises(ContentError, match="line 2"):
        PackIndex("a/b\tid\tX\nnonsense")
