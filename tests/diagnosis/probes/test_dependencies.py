"""Whether installed packages fit one another, by their metadata alone."""

import pytest

from comfydoctor.diagnosis.probes.dependencies import Dependencies
from comfydoctor.model.finding import Severity
from comfydoctor.model.probe import Outcome
from tests.comfy.install.trees import write
from tests.diagnosis.homes import Home, run
from tests.diagnosis.looking import causes


@pytest.fixture
def torch_home(tmp_path):
    return Home(tmp_path).has("torch", "2.9.1+cu128").has("numpy", "2.2.6")


async def test_packages_that_fit_are_no_finding(torch_home):
    home = torch_home
    home.has("torchvision", "0.24.1", "torch==2.9.1", "numpy")
    home.has("scipy", "1.14.0", "numpy<2.6,>=1.23.5")
    home.has("odd", "1.0", 'torch==1.0 ; python_version < "3"', "not a [requirement")
    result = await run(Dependencies(), home)
    assert (result.outcome, causes(result)) == (Outcome.PASS, [])
    assert "no conflict among them matters" in result.detail


async def test_parts_of_another_torch_are_told(torch_home):
    home = torch_home
    home.has("torchvision", "0.23.0", "torch==2.8.0")
    result = await run(Dependencies(), home)
    assert causes(result) == ["torch-torchvision-mismatch"]
    assert "torch 2.9.1+cu128 is installed" in result.findings[0].evidence[0].text


async def test_a_conflict_about_a_package_with_weight_is_told(torch_home):
    home = torch_home
    home.has("transformers", "4.40.0", "huggingface-hub<1.0", "tokenizers<0.20")
    home.has("huggingface-hub", "1.2.0").has("tokenizers", "0.19.1")
    [finding] = (await run(Dependencies(), home)).findings
    assert (finding.cause, finding.severity) == (
        "packages-do-not-fit",
        Severity.WARNING,
    )
    assert "huggingface-hub 1.2.0 is installed" in finding.evidence[0].text


async def test_conflicts_of_others_and_absent_packages_are_everyday(torch_home):
    home = torch_home
    home.has("jupyter-thing", "1", "obscure<2", "never-installed")
    home.has("obscure", "3")
    result = await run(Dependencies(), home)
    assert (result.outcome, causes(result)) == (Outcome.PASS, [])


async def test_a_package_of_numpy_1_beside_numpy_2(torch_home):
    home = torch_home
    home.has("opencv-python", "4.9.0.80", 'numpy>=1.21.2; python_version >= "3.10"')
    [finding] = (await run(Dependencies(), home)).findings
    assert (finding.cause, finding.severity) == ("numpy2-abi", Severity.WARNING)
    assert "4.10.0.84 is the first for NumPy 2" in finding.evidence[0].text


async def test_with_numpy_1_old_packages_are_right(tmp_path):
    home = Home(tmp_path).has("numpy", "1.26.4").has("scipy", "1.11.0", "numpy<1.28")
    assert causes(await run(Dependencies(), home)) == []


async def test_two_versions_in_one_folder_and_leftovers(torch_home):
    home = torch_home
    home.has("torch", "2.8.0+cu128")
    write(home.packages / "~orch" / "x.dll")
    result = await run(Dependencies(), home)
    assert causes(result) == ["package-installed-twice", "package-leftovers"]


async def test_two_kinds_of_opencv_of_one_version_do_little_harm(torch_home):
    home = torch_home
    for name in ("opencv-python", "opencv-contrib-python"):
        home.has(name, "4.11.0.86")
    assert causes(await run(Dependencies(), home)) == []
    home.has("opencv-python-headless", "4.12.0.88")
    assert causes(await run(Dependencies(), home)) == ["opencv-variants-conflict"]


async def test_without_packages_nothing_is_claimed(tmp_path):
    result = await run(Dependencies(), Home(tmp_path))
    assert result.outcome is Outcome.UNKNOWN
