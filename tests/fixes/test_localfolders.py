import pytest

from comfydoctor.errors import NotApplicable
from comfydoctor.model.fix import FixOutcome
from tests.fixes.stages import TornModel, write


async def test_packs_are_found_by_name_and_the_manager_s_folder_too(bench):
    stage = TornModel()
    await stage.set_up(bench)
    nodes = stage.root / "custom_nodes"
    write(nodes / ".disabled" / "away@1_2_0" / "__init__.py", "")
    assert (await bench.apply("enable-pack", "away")).outcome is FixOutcome.DONE
    assert (nodes / "away" / "__init__.py").is_file()
    assert (await bench.apply("disable-pack", "pack")).outcome is FixOutcome.DONE
    assert (nodes / "pack.disabled").is_dir()
    for fix, name, words in (
        ("disable-pack", "pack", "disabled already"),
        ("enable-pack", "away", "enabled already"),
        ("disable-pack", "nothing", "no node pack"),
        ("disable-pack", "", "Name a node pack"),
        ("disable-pack", str(stage.root / "models"), "no folder inside"),
    ):
        with pytest.raises(NotApplicable, match=words):
            await bench.runner.plan(fix, name)


async def test_a_server_elsewhere_has_no_packs_here(bench):
    with pytest.raises(NotApplicable, match="another computer"):
        await bench.runner.plan("disable-pack", "pack")
