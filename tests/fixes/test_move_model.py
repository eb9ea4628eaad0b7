import pytest

from comfydoctor.errors import NotApplicable
from comfydoctor.model.fix import FixOutcome
from comfydoctor.model.wish import Wish
from tests.fixes.stages import StrayModel


async def test_a_model_goes_where_its_kind_is_looked_for(bench):
    stage = StrayModel()
    target = await stage.set_up(bench)
    result = await bench.apply("move-model", target)
    assert result.outcome is FixOutcome.DONE, result
    assert (stage.root / "models" / "vae" / "torn.safetensors").is_file()
    moved = str(stage.root / "models" / "vae" / "torn.safetensors")
    for wish, words in (
        (Wish(moved, {"to": "vae"}), "already"),
        (Wish(moved, {"to": "nothing"}), "no folder"),
        (Wish(moved), "cannot be told"),
        (Wish(""), "Name a model"),
        (Wish("loras/none.safetensors"), "in none of"),
        (Wish(str(stage.root / "none")), "no file"),
    ):
        with pytest.raises(NotApplicable, match=words):
            await bench.runner.plan("move-model", wish.write())
