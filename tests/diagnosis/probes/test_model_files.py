"""Damaged model files, where the server's folders are on this computer."""

import os
import time

from comfydoctor.diagnosis.probes.model_files import ModelFiles
from comfydoctor.host.local import Place, Whereabouts
from comfydoctor.model.probe import Outcome
from tests.assets import picklebytes
from tests.assets.known import lora_for, tensors_of, write_sparse
from tests.diagnosis.looking import causes, offline
from tests.diagnosis.servers import server

HERE = Whereabouts(Place.HERE, "It listens here.", 1, files_here=True)


def look(root):
    folders = {kind: (str(root / kind),) for kind in ("loras", "vae", "controlnet")}
    return offline(info=server(), where=HERE, folders=folders)


def settle(root):
    """Nothing is being downloaded any more."""
    for path in root.rglob("*"):
        then = time.time() - 3600
        os.utime(path, (then, then))


def models(root):
    (root / "loras").mkdir()
    (root / "vae").mkdir()
    lora = lora_for("diffusion/sd1", "lora_unet_down", "kohya")
    write_sparse(root / "loras/good.safetensors", lora)
    return root


async def test_whole_files_are_all_well(tmp_path):
    settle(models(tmp_path))
    result = await ModelFiles().run(look(tmp_path))
    assert result.outcome is Outcome.PASS and result.detail == "1 files, all whole."


async def test_damaged_files_are_one_finding_that_names_them(tmp_path):
    root = models(tmp_path)
    write_sparse(root / "vae/cut.safetensors", tensors_of("vae/sd"), short=5000)
    (root / "vae/page.safetensors").write_bytes(b"<html><title>Login</title>")
    settle(root)
    result = await ModelFiles().run(look(root))
    assert causes(result) == ["model-file-corrupt-or-incomplete"]
    told = " ".join(evidence.text for evidence in result.findings[0].evidence)
    assert "vae/cut.safetensors: " in told and "vae/page.safetensors: " in told
    assert result.detail == "2 of 3 files are damaged or no models."


async def test_a_file_that_runs_code_is_an_error(tmp_path):
    root = models(tmp_path)
    evil = picklebytes.calls("os", "system", "true")
    (root / "vae/x.pt").write_bytes(evil)
    settle(root)
    result = await ModelFiles().run(look(root))
    assert causes(result) == ["model-file-runs-code"]
    assert result.outcome is Outcome.FAIL
    assert "os.system" in result.findings[0].evidence[0].text


async def test_a_download_under_way_is_no_damage(tmp_path):
    root = models(tmp_path)
    (root / "vae/half.safetensors.part").write_bytes(b"x" * 5000)
    settle(root)
    write_sparse(root / "vae/now.safetensors", tensors_of("vae/sd"), short=5000)
    assert (await ModelFiles().run(look(root))).outcome is Outcome.PASS


async def test_elsewhere_there_is_nothing_to_ask(tmp_path):
    elsewhere = Whereabouts(Place.ELSEWHERE, "Another computer.")
    assert not ModelFiles().applies(offline(info=server(), where=elsewhere))
    none = await ModelFiles().run(offline(info=server(), where=HERE))
    assert none.outcome is Outcome.UNKNOWN
