"""What a server's own start options say: harm, and who may reach it."""

import pytest

from comfydoctor.comfy.client import Client
from comfydoctor.comfy.http import Http
from comfydoctor.diagnosis.probes.exposure import Exposure
from comfydoctor.diagnosis.probes.start_flags import StartFlags
from comfydoctor.model.probe import Outcome
from comfydoctor.model.server import AuthKind, ServerProfile
from tests.diagnosis.looking import causes, offline
from tests.diagnosis.servers import GIB, card, processor, server


async def flags(*argv, device=None, **said):
    info = server(device or card(), argv=("main.py", *argv), **said)
    return await StartFlags().run(offline(info=info))


async def exposure(*argv, **known):
    info = server(argv=("main.py", *argv))
    return await Exposure().run(offline(info=info, **known))


async def test_ordinary_options_pass():
    assert (await flags("--port", "8188")).outcome is Outcome.PASS


@pytest.mark.parametrize("flag", ["--gpu-only", "--highvram"])
async def test_everything_on_a_small_card_is_a_warning(flag):
    result = await flags(flag)
    assert (causes(result), result.outcome) == (["oom-gpu-only-flag"], Outcome.WARN)


async def test_everything_on_a_large_card_is_a_choice():
    assert causes(await flags("--highvram", device=card(total=80 * GIB))) == []


async def test_an_option_that_costs_time_is_a_remark():
    result = await flags("--cache-none")
    assert causes(result) == ["start-option-slows"]
    assert "--cache-none" in result.findings[0].title
    assert result.outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("argv", "cause"),
    [
        (("--reserve-vram", "8"), "start-option-slows"),
        (("--preview-method", "taesd"), "start-option-slows"),
        (("--deterministic",), "start-option-slows"),
        (("--fast",), "start-option-risks-quality"),
        (("--fp16-vae",), "start-option-risks-quality"),
        (("--disable-all-custom-nodes",), "start-option-leaves-out"),
    ],
)
async def test_what_an_option_costs_is_a_remark(argv, cause):
    result = await flags(*argv)
    assert (causes(result), result.outcome) == ([cause], Outcome.PASS)


@pytest.mark.parametrize(
    "argv",
    [
        ("--reserve-vram", "1.2"),
        ("--preview-method", "latent2rgb"),
        ("--fast", "fp16_accumulation"),
        ("--disable-metadata",),
        ("--use-sage-attention",),
    ],
)
async def test_good_choices_are_no_remark(argv):
    assert causes(await flags(*argv)) == []


async def test_saving_the_memory_of_a_large_card_is_a_remark():
    given = {"version": "0.3.64"}
    large = card(total=24 * GIB)
    assert causes(await flags("--lowvram", device=large, **given)) == [
        "start-option-slows"
    ]


async def test_nodes_that_are_left_out_are_told_on_a_processor_too():
    result = await flags("--disable-all-custom-nodes", device=processor())
    assert causes(result) == ["start-option-leaves-out"]


async def test_lowvram_has_no_effect_any_more():
    assert causes(await flags("--lowvram")) == ["start-option-without-effect"]
    assert causes(await flags("--lowvram", version="0.3.64")) == []
    assert causes(await flags("--lowvram", "--disable-dynamic-vram")) == []


async def test_on_a_processor_the_slow_way_may_be_the_only_one():
    assert causes(await flags("--force-fp32", device=processor())) == []


async def test_a_server_for_its_own_computer_is_not_exposed():
    assert (await exposure()).outcome is Outcome.PASS
    assert (await exposure("--listen", "127.0.0.1")).outcome is Outcome.PASS


@pytest.mark.parametrize(
    "argv", [("--listen",), ("--listen", "0.0.0.0"), ("--listen=127.0.0.1,10.0.0.5",)]
)
async def test_a_server_for_everybody_is_a_warning(argv):
    result = await exposure(*argv)
    assert (causes(result), result.outcome) == (
        ["exposed-without-login"],
        Outcome.WARN,
    )


async def test_a_login_before_it_is_taken_into_account():
    profile = ServerProfile("x", "http://127.0.0.1:9", auth=AuthKind.BEARER)
    client = Client(Http(profile, secret="s"))
    result = await exposure("--listen", client=client)
    assert result.outcome is Outcome.PASS


async def test_any_origin_is_a_warning_and_one_origin_is_not():
    assert causes(await exposure("--enable-cors-header")) == ["any-origin-allowed"]
    assert causes(await exposure("--enable-cors-header", "https://a.example")) == []


async def test_without_options_nothing_is_claimed():
    assert (await StartFlags().run(offline())).outcome is Outcome.UNKNOWN
    assert (await Exposure().run(offline())).outcome is Outcome.UNKNOWN
