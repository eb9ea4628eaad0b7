"""What ComfyUI and node packs ask for, against what is installed."""

from comfydoctor.diagnosis.probes.core_requirements import CoreRequirements
from comfydoctor.diagnosis.probes.pack_requirements import PackRequirements
from comfydoctor.model.probe import Outcome
from tests.comfy.install.trees import write
from tests.diagnosis.homes import Home, run
from tests.diagnosis.looking import causes

CORE = """\
comfyui-frontend-package==1.49.6
torch
transformers>=4.50.3
# a remark
pywin32; sys_platform == "win32"
--extra-index-url https://example.com
"""


def core(tmp_path, frontend):
    home = Home(tmp_path).has("torch", "2.9.1").has("transformers", "4.57.0")
    write(home.root / "requirements.txt", CORE)
    return home.has("comfyui-frontend-package", frontend)


async def test_all_is_as_comfyui_wants_it(tmp_path):
    result = await run(CoreRequirements(), core(tmp_path, "1.49.6"))
    assert (result.outcome, causes(result)) == (Outcome.PASS, [])


async def test_an_older_frontend_is_told(tmp_path):
    result = await run(CoreRequirements(), core(tmp_path, "1.28.7"))
    assert causes(result) == ["requirements-not-updated"]
    assert "comfyui-frontend-package==1.49.6" in result.detail


async def test_without_the_list_nothing_is_claimed(tmp_path):
    result = await run(CoreRequirements(), Home(tmp_path))
    assert result.outcome is Outcome.UNKNOWN


async def test_a_stand_in_will_do(tmp_path):
    home = Home(tmp_path).has("opencv-contrib-python", "4.11.0.86")
    lines = "opencv-python>=4.8\ngit+https://github.com/x/y\n-r other.txt\n"
    home.has_pack("pack", requirements__txt=lines)
    assert causes(await run(PackRequirements(), home)) == []


async def test_a_pack_whose_package_is_absent_is_a_remark(tmp_path):
    home = Home(tmp_path).has("numpy", "2.2.6")
    home.has_pack("one", requirements__txt="insightface>=0.7\nnumpy<2")
    result = await run(PackRequirements(), home)
    assert (result.outcome, causes(result)) == (
        Outcome.PASS,
        ["pack-wants-packages"],
    )
    assert "one wants insightface>=0.7; it is not installed." in result.detail


async def test_a_pack_that_is_switched_off_may_want_anything(tmp_path):
    home = Home(tmp_path).has("numpy", "2.2.6")
    home.has_pack("one.disabled", requirements__txt="insightface")
    assert causes(await run(PackRequirements(), home)) == []
