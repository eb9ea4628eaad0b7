"""Video memory: what others hold, and what is left."""

import pytest

from comfydoctor.diagnosis.probes.vram_held import VramHeld
from comfydoctor.diagnosis.probes.vram_pressure import VramPressure
from comfydoctor.model.probe import Outcome
from tests.diagnosis.looking import causes, offline
from tests.diagnosis.servers import GIB, card, processor, server


async def held(device):
    return await VramHeld().run(offline(info=server(device)))


async def left(device):
    return await VramPressure().run(offline(info=server(device)))


async def test_a_desktop_alone_is_normal():
    device = card(total=24 * GIB, free=int(12.8 * GIB), torch=10 * GIB)
    assert (await held(device)).outcome is Outcome.PASS


@pytest.mark.parametrize("total", [8 * GIB, 24 * GIB])
async def test_much_held_by_others_is_a_warning_with_figures(total):
    device = card(total=total, free=total - 5 * GIB, torch=2 * GIB)
    result = await held(device)
    assert (result.outcome, causes(result)) == (
        Outcome.WARN,
        ["vram-held-by-other-process"],
    )
    assert "3.0 of" in result.detail


async def test_what_torch_keeps_in_reserve_is_not_held_by_others():
    device = card(total=12 * GIB, free=11 * GIB, torch=6 * GIB, torch_free=6 * GIB)
    assert (await held(device)).outcome is Outcome.PASS


async def test_a_nearly_full_card_is_a_warning_while_nothing_runs():
    result = await left(card(total=12 * GIB, free=GIB // 4, torch=7 * GIB))
    assert (result.outcome, causes(result)) == (Outcome.WARN, ["vram-nearly-full"])
    fixes = {fix.id for fix in result.findings[0].fixes}
    assert {"free-memory", "unload-models"} <= fixes


async def test_models_that_stay_on_the_card_make_way_by_themselves():
    result = await left(card(total=12 * GIB, free=GIB // 4, torch=11 * GIB))
    assert (result.outcome, causes(result)) == (Outcome.PASS, ["vram-nearly-full"])


async def test_room_on_the_card_passes():
    assert (await left(card())).outcome is Outcome.PASS


@pytest.mark.parametrize(
    "device", [processor(free=0), card(kind="privateuseone", free=0)]
)
def test_figures_that_are_no_video_memory_are_never_judged(device):
    look = offline(info=server(device))
    assert not VramHeld().applies(look)
    assert not VramPressure().applies(look)


async def test_without_figures_nothing_is_claimed():
    assert (await VramHeld().run(offline())).outcome is Outcome.UNKNOWN
    assert (await VramPressure().run(offline())).outcome is Outcome.UNKNOWN
