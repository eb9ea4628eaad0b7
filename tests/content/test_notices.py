"""Texts of notices: seven languages, all complete, with facts that exist."""

from pathlib import Path

import pytest

from comfydoctor.content.notices import FACTS, load_notices, load_texts
from comfydoctor.content.places import resources_root
from comfydoctor.errors import ContentError
from comfydoctor.model.incident import Audience, Stage

ROOT = resources_root()
TEXTS = load_notices(ROOT)


def test_seven_languages_are_there() -> None:
    assert set(TEXTS) == {"de", "en", "es", "fr", "ja", "ko", "zh"}


@pytest.mark.parametrize("code", TEXTS)
def test_every_language_asks_for_the_same_facts(code: str) -> None:
    for audience in Audience:
        for stage in Stage:
            ours = TEXTS[code].fill(audience, stage, {})
            english = TEXTS["en"].fill(audience, stage, {})
            assert set(ours.missing) == set(english.missing), (audience, stage)
            full = TEXTS[code].fill(audience, stage, dict.fromkeys(FACTS, "X"))
            assert full.missing == ()
            assert TEXTS[code].gap not in full.body


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("{what}", "{wat}", "['wat'] is no fact"),
        ("[text.team.update]", "[text.team.updated]", "text.team.updated"),
        ("gap =", "gab =", "gap"),
    ],
)
def test_a_wrong_text_is_refused(tmp_path: Path, old, new, says) -> None:
    text = (ROOT / "notices" / "en.toml").read_text("utf-8")
    path = tmp_path / "en.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ContentError) as raised:
        load_texts(path)
    assert says in str(raised.value)
