"""Compiled packages against the PyTorch that is installed."""

import json

import pytest

from comfydoctor.diagnosis.probes.attention_builds import AttentionBuilds
from comfydoctor.model.finding import Severity
from comfydoctor.model.probe import Outcome
from tests.comfy.install.trees import write
from tests.diagnosis.homes import Home, run
from tests.diagnosis.looking import causes
from tests.diagnosis.servers import server

NATIVE = {"info": server(torch="2.9.1+cu128")}


def xformers(home, torch):
    told = {"version": {"cuda": 1208, "torch": torch, "python": "3.12.7"}}
    write(home.packages / "xformers/cpp_lib.json", json.dumps(told))
    home.has("xformers", "0.0.33", "torch>=2.8")


async def test_none_is_needed(tmp_path):
    result = await run(AttentionBuilds(), Home(tmp_path), **NATIVE)
    assert result.outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("package", "version"),
    [
        ("sageattention", "2.2.0+cu128torch2.9.0andhigher.post4"),
        ("sageattention", "2.2.0+cu128torch2.9.0"),
        ("sageattention", "1.0.6"),
        ("flash-attn", "2.8.3+cu12torch2.9cxx11abitrue"),
        ("nunchaku", "1.0.2+torch2.9"),
    ],
)
async def test_what_fits_or_does_not_tell_is_no_finding(tmp_path, package, version):
    home = Home(tmp_path).has(package, version)
    assert causes(await run(AttentionBuilds(), home, **NATIVE)) == []


@pytest.mark.parametrize(
    ("package", "version", "cause"),
    [
        ("sageattention", "2.2.0+cu128torch2.8.0", "sage-kernel-arch-mismatch"),
        ("flash-attn", "2.7.4+cu12torch2.6cxx11abiFALSE", "flash-attn-torch-mismatch"),
        ("flash-attn", "2.8.3+cu130torch2.9", "flash-attn-torch-mismatch"),
        ("nunchaku", "1.0.2+torch2.10", "nunchaku-backend-missing"),
    ],
)
async def test_another_torch_in_the_version_is_told(tmp_path, package, version, cause):
    home = Home(tmp_path).has(package, version)
    assert causes(await run(AttentionBuilds(), home, **NATIVE)) == [cause]


async def test_xformers_says_it_beside_its_libraries(tmp_path):
    home = Home(tmp_path)
    xformers(home, "2.9.1+cu128")
    assert causes(await run(AttentionBuilds(), home, **NATIVE)) == []
    xformers(home, "2.8.0+cu128")
    result = await run(AttentionBuilds(), home, **NATIVE)
    assert causes(result) == ["xformers-torch-mismatch"]
    assert "built for PyTorch 2.8.0+cu128" in result.findings[0].evidence[0].text


async def test_what_comfyui_was_told_to_use_weighs_more(tmp_path):
    home = Home(tmp_path).has("sageattention", "2.2.0+cu128torch2.8.0")
    info = server(torch="2.9.1+cu128", argv=("main.py", "--use-sage-attention"))
    [finding] = (await run(AttentionBuilds(), home, info=info)).findings
    assert finding.severity is Severity.ERROR


async def test_triton_for_windows_has_its_pairs(tmp_path):
    home = Home(tmp_path).has("triton-windows", "3.3.1.post19")
    on_windows = server(os="win32", torch="2.9.1+cu128")
    result = await run(AttentionBuilds(), home, info=on_windows)
    assert causes(result) == ["triton-missing-or-old"]
    assert causes(await run(AttentionBuilds(), home, **NATIVE)) == []
    unheard = server(os="win32", torch="2.14.0+cu130")
    assert causes(await run(AttentionBuilds(), home, info=unheard)) == []
