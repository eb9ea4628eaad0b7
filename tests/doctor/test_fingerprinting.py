"""Taking the state of a server that answers, and of one that only has files."""

import asyncio
from dataclasses import replace
from pathlib import Path

from comfydoctor.comfy.client import Client
from comfydoctor.comfy.http import Http
from comfydoctor.comfy.install.find import read_folder
from comfydoctor.doctor.fingerprinting import ELSEWHERE, take, take_files
from comfydoctor.doctor.meeting import meet
from comfydoctor.host.local import Place, Whereabouts
from comfydoctor.model.server import ServerProfile
from tests.comfy.install.trees import comfyui, git, venv, write


async def no_wait(seconds: float) -> None:
    """No longer pause than a turn of the loop."""
    await asyncio.sleep(0)


async def test_a_remote_server_tells_less_and_what_is_missing_is_said(
    simulated,
) -> None:
    async with simulated("healthy-studio") as url:
        client = Client(Http(ServerProfile("x", url)))
        known = await meet(client)
        where = Whereabouts(Place.ELSEWHERE, "")
        known = replace(known, whereabouts=where)
        taken = await take(client, known, sleep=no_wait)
        await client.aclose()
    parts = taken.fingerprint.parts
    assert parts["server"]["version"] == known.info.version
    assert len(parts["nodes"]) > 20
    assert any(name.startswith("checkpoints/") for name in parts["models"])
    assert taken.installation is None
    assert taken.fingerprint.unread["packs"] == ELSEWHERE
    assert "packs" not in parts


async def test_a_server_that_falls_silent_leaves_parts_unread(simulated) -> None:
    async with simulated("healthy-studio") as url:
        client = Client(Http(ServerProfile("x", url)))
        known = replace(await meet(client), whereabouts=Whereabouts(Place.HERE, ""))
    taken = await take(client, known, sleep=no_wait)
    await client.aclose()
    assert set(taken.fingerprint.parts) >= {"server", "flags"}
    assert set(taken.fingerprint.unread) >= {"nodes", "models", "packs"}


async def test_files_alone_give_a_state_that_can_be_compared(tmp_path: Path) -> None:
    root = git(comfyui(tmp_path / "ComfyUI"))
    venv(root / "venv", "torch-2.9.1", "numpy-2.1.0")
    write(root / "models/loras/x.safetensors", "abc")
    write(tmp_path / "run.sh", "python main.py --lowvram --token hf_" + "a" * 34 + "\n")
    found = read_folder(root, running=lambda: ())
    assert found is not None
    state = await take_files(found)
    assert state.parts["server"] == {"version": "0.33.0", "torch": "2.9.1"}
    assert state.parts["packages"]["numpy"] == "2.1.0"
    assert "loras/x.safetensors" in state.parts["models"]
    assert "--lowvram" in state.parts["flags"]
    assert "hf_aaaa" not in repr(state)
    assert "nodes" in state.unread
