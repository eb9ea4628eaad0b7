"""The build of PyTorch and the card."""

from comfydoctor.diagnosis.probes.torch_build import TorchBuild
from comfydoctor.model.finding import Severity
from comfydoctor.model.probe import Outcome
from tests.diagnosis.looking import causes, offline
from tests.diagnosis.servers import card, processor, server


async def run(*devices, **said):
    return await TorchBuild().run(offline(info=server(*devices, **said)))


async def test_a_card_that_fits_passes():
    result = await run(card())
    assert result.outcome is Outcome.PASS
    assert "uses NVIDIA GeForce RTX 3060" in result.detail


async def test_a_build_too_old_for_a_new_card():
    result = await run(card("cuda:0 NVIDIA GeForce RTX 5090"), torch="2.6.0+cu124")
    assert causes(result) == ["torch-wheel-lacks-new-gpu-arch"]


async def test_a_build_too_new_for_an_old_card():
    result = await run(card("cuda:0 NVIDIA GeForce GTX 1080"), torch="2.9.1+cu130")
    assert causes(result) == ["torch-wheel-dropped-old-gpu-arch"]


async def test_a_processor_on_purpose_is_no_fault():
    said = {"torch": "2.13.0+cpu", "argv": ("main.py", "--cpu")}
    result = await run(processor(), **said)
    assert (result.outcome, result.findings) == (Outcome.PASS, ())


async def test_a_processor_with_a_build_for_cards_is_a_remark():
    result = await run(processor(), argv=("main.py", "--cpu"))
    [finding] = result.findings
    assert finding.cause == "cpu-mode-by-mistake"
    assert finding.severity is Severity.INFO
    assert result.outcome is Outcome.PASS


async def test_without_devices_nothing_is_claimed():
    assert (await TorchBuild().run(offline())).outcome is Outcome.UNKNOWN
