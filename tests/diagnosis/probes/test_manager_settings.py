"""The Manager's settings against where the server listens."""

import pytest

from comfydoctor.diagnosis.probes.manager_settings import ManagerSettings
from comfydoctor.model.probe import Outcome
from tests.comfy.install.trees import write
from tests.diagnosis.homes import Home, run
from tests.diagnosis.looking import causes
from tests.diagnosis.servers import server

OPEN = {"info": server(argv=("main.py", "--listen"))}
NEW = "user/__manager/config.ini"
OLD = "user/default/ComfyUI-Manager/config.ini"


def managed(tmp_path, level, place=NEW):
    home = Home(tmp_path)
    text = f"[default]\nsecurity_level = {level}\nnetwork_mode = public\nx = 100%\n"
    write(home.root / place, text)
    return home


@pytest.mark.parametrize("place", [NEW, OLD])
async def test_a_weak_level_is_told_only_where_others_reach_it(tmp_path, place):
    home = managed(tmp_path, "weak", place)
    result = await run(ManagerSettings(), home, **OPEN)
    assert (causes(result), result.outcome) == (
        ["manager-open-to-network"],
        Outcome.FAIL,
    )
    assert causes(await run(ManagerSettings(), home)) == []


async def test_a_safe_level_passes(tmp_path):
    result = await run(ManagerSettings(), managed(tmp_path, "Normal"), **OPEN)
    assert (result.outcome, causes(result)) == (Outcome.PASS, [])


async def test_a_level_that_does_not_exist_is_a_remark(tmp_path):
    result = await run(ManagerSettings(), managed(tmp_path, "middle"), **OPEN)
    assert causes(result) == ["manager-level-unknown"]


async def test_without_settings_nothing_is_claimed(tmp_path):
    assert (await run(ManagerSettings(), Home(tmp_path), **OPEN)).findings == ()
    broken = Home(tmp_path / "b")
    write(broken.root / NEW, "no section\n")
    assert (await run(ManagerSettings(), broken, **OPEN)).findings == ()
