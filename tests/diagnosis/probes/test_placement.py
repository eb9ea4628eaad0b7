"""Where ComfyUI lies, and whether its folders can be used."""

import errno
import os
import sys
from pathlib import Path

import pytest

from comfydoctor.diagnosis.probes.folder_rights import FolderRights
from comfydoctor.diagnosis.probes.install_path import InstallPath
from comfydoctor.diagnosis.probes.model_paths import ModelPaths
from comfydoctor.diagnosis.probes.server_files import ServerFiles
from comfydoctor.host.local import Place, Whereabouts
from comfydoctor.model.probe import Outcome
from tests.comfy.install.trees import write
from tests.diagnosis.homes import ELSEWHERE, Home, run
from tests.diagnosis.looking import causes, offline
from tests.diagnosis.servers import server


async def placed(folder, os_name="win32", *argv):
    folders = {"custom_nodes": (folder,)} if folder else {}
    info = server(os=os_name, argv=("main.py", *argv))
    return await InstallPath().run(offline(info=info, where=ELSEWHERE, folders=folders))


@pytest.mark.parametrize(
    ("folder", "os_name"),
    [
        ("C:\\ComfyUI\\custom_nodes", "win32"),
        ("C:\\Program Files of mine\\ComfyUI\\custom_nodes", "win32"),
        ("/home/jürgen/ComfyUI/custom_nodes", "linux"),
        ("/mnt/c/ComfyUI/custom_nodes", "linux"),
        ("/" + "long/" * 40 + "custom_nodes", "linux"),
        ("D:\\my OneDrive backup\\ComfyUI\\custom_nodes", "win32"),
    ],
)
async def test_good_places_pass(folder, os_name):
    result = await placed(folder, os_name)
    assert (result.outcome, causes(result)) == (Outcome.PASS, [])


@pytest.mark.parametrize(
    ("folder", "cause"),
    [
        ("C:\\Users\\x\\OneDrive\\ComfyUI\\custom_nodes", "synced-folder"),
        ("C:\\Users\\x\\OneDrive - Firm\\ComfyUI\\custom_nodes", "synced-folder"),
        ("C:\\Program Files\\ComfyUI\\custom_nodes", "installed-in-program-files"),
        ("C:\\Users\\Łukasz\\ComfyUI\\custom_nodes", "path-not-ascii"),
        ("\\\\nas\\share\\ComfyUI\\custom_nodes", "folder-on-network"),
        ("C:\\" + "long\\" * 30 + "custom_nodes", "install-path-long"),
    ],
)
async def test_bad_places_are_told(folder, cause):
    assert causes(await placed(folder)) == [cause]


async def test_a_folder_of_an_option_counts_too():
    argv = ("--output-directory", "C:\\Users\\x\\Dropbox\\out")
    assert causes(await placed("C:\\ComfyUI\\custom_nodes", "win32", *argv)) == [
        "synced-folder"
    ]


async def test_a_server_that_names_no_folder_leaves_it_open():
    assert (await placed("")).outcome is Outcome.UNKNOWN


def as_own(**known):
    return {"where": Whereabouts(Place.HERE, "Here.", os.getpid()), **known}


async def test_folders_that_can_be_written_pass(tmp_path):
    result = await run(FolderRights(), Home(tmp_path), **as_own())
    assert (result.outcome, causes(result)) == (Outcome.PASS, [])


@pytest.mark.skipif(sys.platform == "win32", reason="rights of POSIX")
async def test_a_folder_of_somebody_else_is_told(tmp_path, monkeypatch):
    from comfydoctor.diagnosis.environment.process import Owner
    from comfydoctor.diagnosis.probes import folder_rights

    home = Home(tmp_path)
    (home.root / "output").chmod(0o755)
    stranger = Owner(4_000_000, frozenset({4_000_000}))
    for name in ("input", "user", "temp", "custom_nodes"):
        (home.root / name).chmod(0o777)
    monkeypatch.setattr(folder_rights, "owner_of", lambda pid: stranger)
    result = await run(FolderRights(), home, **as_own())
    assert (causes(result), result.outcome) == (["no-write-permission"], Outcome.FAIL)
    assert str(home.root / "output") in result.detail
    assert "input" not in result.detail


async def test_who_the_server_is_may_be_hidden(tmp_path):
    result = await run(FolderRights(), Home(tmp_path))
    assert result.outcome is Outcome.UNKNOWN


async def test_where_writing_is_allowed_it_is_tried_and_leaves_nothing(tmp_path):
    home = Home(tmp_path)
    result = await run(FolderRights(), home, may_write=True)
    assert result.outcome is Outcome.PASS
    assert list((home.root / "output").iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is full")
def test_a_full_disk_is_told_by_writing_and_nothing_is_left(tmp_path, monkeypatch):
    from comfydoctor.diagnosis.environment import writing

    full = os.open("/dev/full", os.O_WRONLY)
    left = tmp_path / "left"
    left.write_text("")
    monkeypatch.setattr(writing.tempfile, "mkstemp", lambda **where: (full, str(left)))
    error = writing.write_once(tmp_path)
    assert error is not None and error.errno == errno.ENOSPC
    assert not left.exists()


EXTRA = "models:\n  base_path: {base}\n  checkpoints: models/checkpoints\n"


async def test_no_extra_folders_are_no_fault(tmp_path):
    assert (await run(ModelPaths(), Home(tmp_path))).outcome is Outcome.PASS


async def test_extra_folders_that_exist_pass(tmp_path):
    home = Home(tmp_path)
    (tmp_path / "shared/models/checkpoints").mkdir(parents=True)
    text = EXTRA.format(base=tmp_path / "shared") + "  loras: models/none\n"
    write(home.root / "extra_model_paths.yaml", text)
    result = await run(ModelPaths(), home)
    assert (result.outcome, causes(result)) == (Outcome.PASS, [])


async def test_extra_folders_that_lead_nowhere_are_told(tmp_path):
    home = Home(tmp_path)
    write(home.root / "extra_model_paths.yaml", EXTRA.format(base=tmp_path / "gone"))
    result = await run(ModelPaths(), home)
    assert causes(result) == ["extra-paths-lead-nowhere"]
    assert str(tmp_path / "gone") in result.findings[0].explanation


async def test_a_file_of_extra_folders_that_cannot_be_read_is_told(tmp_path):
    home = Home(tmp_path)
    write(home.root / "extra_model_paths.yaml", "models:\n\tbase_path: x\n")
    assert causes(await run(ModelPaths(), home)) == ["extra-paths-yaml-invalid"]


async def test_files_of_another_computer_are_asked_for_once():
    look = offline(info=server(), where=ELSEWHERE)
    result = await ServerFiles().run(look)
    assert result.outcome is Outcome.UNKNOWN
    assert not ModelPaths().applies(look)


async def test_files_here_are_named(tmp_path):
    home = Home(tmp_path)
    result = await run(ServerFiles(), home)
    assert str(home.root) in result.detail
