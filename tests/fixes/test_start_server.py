import sys

import pytest

from comfydoctor.comfy.limits import Limits
from comfydoctor.errors import NotApplicable
from comfydoctor.fixes.startline import free_port
from comfydoctor.model.fix import FixOutcome
from comfydoctor.store.launches import Launches, Started
from tests.fixes import small_comfy
from tests.fixes.stages import Down

pytestmark = pytest.mark.slow


async def test_a_dead_server_starts_as_it_was_seen_last(bench, tmp_path):
    root = small_comfy.make(bench.folder / "ComfyUI", {})
    port = free_port()
    bench.ports.append(port)
    await bench.go_through(port, Limits())
    log = tmp_path / "console.log"
    log.write_text("")
    argv = (sys.executable, "main.py", "--port", str(port))
    bench.care.launches = Launches(tmp_path / "launches.json")
    key = bench.care.profile.key
    bench.care.launches.remember(key, Started(argv, str(root), str(log)))
    result = await bench.apply("start-server")
    assert result.outcome is FixOutcome.DONE, result
    assert "simulator ready" in log.read_text()
    with pytest.raises(NotApplicable, match="answers already"):
        await bench.runner.plan("start-server")


async def test_one_that_ends_at_once_is_told_with_its_last_words(bench):
    stage = Down()
    target = await stage.set_up(bench)
    root = bench.folder / "ComfyUI"
    (root / "main.py").write_text("raise SystemExit('no graphics card was found')")
    result = await bench.apply("start-server", target)
    assert result.outcome is FixOutcome.NOT_DONE, result
    assert "no graphics card was found" in result.detail


async def test_one_that_was_never_seen_has_to_be_named(bench):
    await bench.go_through(free_port(), Limits())
    with pytest.raises(NotApplicable, match="No ComfyUI was found"):
        await bench.runner.plan("start-server")
