import json

from comfydoctor.model.fix import FixOutcome
from tests.fixes.stages import TornModel, write


async def test_quarantine_says_what_is_wrong_and_where_it_came_from(bench):
    target = await TornModel().set_up(bench)
    plan = await bench.runner.plan("quarantine-model", target)
    assert "HTML" in dict(plan.facts)["What is wrong"] or dict(plan.facts)
    result = await bench.runner.apply(plan)
    assert result.said == "torn.safetensors is in quarantine."
    folder = bench.folder / "ComfyUI" / "ComfyDoctor quarantine"
    notes = json.loads((folder / "what-is-here.json").read_text())
    assert notes["torn.safetensors"]["came_from"] == target
    assert (folder / "torn.safetensors").read_text() == "<html>"
    write(bench.folder / "ComfyUI" / "models" / "loras" / "torn.safetensors", "<p>")
    again = await bench.apply("quarantine-model", "loras/torn.safetensors")
    assert again.outcome is FixOutcome.DONE
    assert (folder / "torn (2).safetensors").read_text() == "<p>"
