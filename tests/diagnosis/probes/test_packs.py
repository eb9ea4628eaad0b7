"""Node packs beside one another, and how long they take to load."""

from comfydoctor.diagnosis.probes.pack_load_times import PackLoadTimes
from comfydoctor.diagnosis.probes.pack_twins import PackTwins
from comfydoctor.model.logline import LogLine
from comfydoctor.model.probe import Outcome
from tests.comfy.install.trees import OTHER, git
from tests.diagnosis.homes import Home, run
from tests.diagnosis.looking import causes, offline

NODES = 'NODE_CLASS_MAPPINGS = {"Noisy": object, "Own%s": object}'
TABLE = """\
Import times for custom nodes:
   0.0 seconds: /opt/ComfyUI/custom_nodes/websocket_image_save.py
   0.3 seconds (IMPORT FAILED): /opt/ComfyUI/custom_nodes/broken
  %s seconds: C:\\ComfyUI\\custom_nodes\\slow pack
"""


async def load_times(text):
    lines = tuple(LogLine(line) for line in text.splitlines())
    return await PackLoadTimes().run(offline(log_lines=lines))


async def test_packs_of_their_own_names_pass(tmp_path):
    home = Home(tmp_path)
    home.has_pack("one", 'NODE_CLASS_MAPPINGS = {"A": object}')
    home.has_pack("two", "import x\nNODE_CLASS_MAPPINGS = x.MAPPINGS")
    home.has_pack("three", "def broken(:\nNODE_CLASS_MAPPINGS = {}")
    assert (await run(PackTwins(), home)).outcome is Outcome.PASS


async def test_a_name_in_two_packs_is_a_remark(tmp_path):
    home = Home(tmp_path)
    home.has_pack("one", NODES % 1)
    home.has_pack("two", NODES % 2)
    result = await run(PackTwins(), home)
    assert causes(result) == ["node-packs-share-nodes"]
    assert result.findings[0].evidence[0].text.endswith("have: Noisy.")


async def test_one_pack_in_two_folders_is_a_warning_and_told_once(tmp_path):
    home = Home(tmp_path)
    git(home.has_pack("pack", NODES % 1))
    git(home.has_pack("pack-main", NODES % 1), OTHER)
    result = await run(PackTwins(), home)
    assert (causes(result), result.outcome) == (
        ["node-pack-installed-twice"],
        Outcome.WARN,
    )


async def test_a_copy_that_is_switched_off_is_none(tmp_path):
    home = Home(tmp_path)
    git(home.has_pack("pack", NODES % 1))
    git(home.has_pack("pack-old.disabled", NODES % 1))
    assert causes(await run(PackTwins(), home)) == []


async def test_quick_packs_pass():
    result = await load_times(TABLE % "2.4")
    assert (result.outcome, causes(result)) == (Outcome.PASS, [])
    assert "All took 2.7 s; most: slow pack 2.4 s" in result.detail


async def test_slow_packs_are_named():
    result = await load_times(TABLE % "21.7")
    assert causes(result) == ["node-packs-load-slowly"]
    assert "slow pack" in result.findings[0].explanation


async def test_without_the_table_it_is_not_known():
    assert (await load_times("got prompt")).outcome is Outcome.UNKNOWN
