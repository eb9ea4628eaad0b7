import json

import pytest

from comfydoctor.errors import NotApplicable
from comfydoctor.model.fix import FixOutcome
from comfydoctor.model.wish import Wish
from comfydoctor.simulator.scenario import CardTable
from tests.fixes.jobs import painting
from tests.fixes.stages import CHECKPOINT, OldWorkflow


async def test_the_new_version_runs_here_and_the_old_one_stays(make_bench):
    bench = await make_bench(card=CardTable(), stock=True)
    stage = OldWorkflow()
    target = await stage.set_up(bench)
    before = stage.subject().read_bytes()
    plan = await bench.runner.plan("mend-workflow", target)
    assert '- node 1 CheckpointLoaderSimple: ckpt_name = "dreamsh' in plan.difference
    result = await bench.runner.apply(plan)
    assert result.outcome is FixOutcome.DONE, result
    assert stage.subject().read_bytes() == before
    mended_file = stage.root / "portrait (mended).json"
    assert json.loads(mended_file.read_bytes()) == painting(CHECKPOINT)
    await bench.post(json.loads(mended_file.read_bytes()))
    await bench.runner.undo(result.entry)
    assert not mended_file.exists()


async def test_what_cannot_be_mended_is_told(make_bench):
    bench = await make_bench(card=CardTable(), stock=True)
    good = bench.folder / "good.json"
    good.parent.mkdir(parents=True)
    good.write_text(json.dumps(painting(CHECKPOINT)))
    text = bench.folder / "text.json"
    text.write_text("hello")
    for target, words in (
        (str(good), "Nothing in this workflow"),
        (str(text), "no JSON"),
        ("relative.json", "whole path"),
        (str(bench.folder / "none.json"), "not there"),
        (Wish(str(good), {"only": "beauty"}).write(), "Say only="),
    ):
        with pytest.raises(NotApplicable, match=words):
            await bench.runner.plan("mend-workflow", target)
