"""Finding installations in true-shaped trees of every kind."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from comfydoctor.comfy.install.find import (
    find_installations,
    installation_of,
    read_folder,
)
from comfydoctor.comfy.install.places import Places
from comfydoctor.model.installation import Installation, InstallKind
from tests.comfy.install.trees import (
    COMMIT,
    as_json,
    comfyui,
    git,
    portable,
    venv,
    write,
)


def find(home: Path, platform: str = "linux") -> tuple[Installation, ...]:
    """What is found below a home folder, with no processes."""
    places = Places(home=home, environment={}, platform=platform, roots=())
    return find_installations(places, running=lambda: ())


def only(home: Path, platform: str = "linux") -> Installation:
    found = find(home, platform)
    assert len(found) == 1, [x.root for x in found]
    return found[0]


def test_a_clone_with_a_venv_tells_version_commit_and_python(tmp_path: Path) -> None:
    root = git(comfyui(tmp_path / "ComfyUI"))
    venv(root / "venv", "torch-2.9.1+cu128", "numpy-2.1.0")
    found = only(tmp_path)
    assert found.kind is InstallKind.GIT
    assert (found.version, found.torch) == ("0.33.0", "2.9.1+cu128")
    assert found.checkout and found.checkout.commit == COMMIT
    assert found.checkout.branch == "master"
    assert found.python and found.python.version == "3.12.7"
    assert found.python.kind == "venv"
    assert found.user == str(root / "user")


def test_the_address_of_a_clone_is_kept_without_its_token(tmp_path: Path) -> None:
    git(comfyui(tmp_path / "ComfyUI"))
    found = only(tmp_path)
    assert found.checkout
    assert found.checkout.remote == "https://github.com/x/y.git"
    assert "secret" not in repr(found)


def test_the_portable_package_is_known_by_its_own_python(tmp_path: Path) -> None:
    folder = portable(tmp_path / "Desktop/ComfyUI_windows_portable")
    found = only(tmp_path, "win32")
    assert found.kind is InstallKind.PORTABLE
    assert found.root == str(folder / "ComfyUI")
    assert found.python and found.python.kind == "embedded"
    assert found.python.version == "3.12"
    assert (found.torch, found.cuda) == ("2.9.1+cu130", "13.0")
    assert found.flags == ("--windows-standalone-build", "--port", "8190")
    assert found.ports == (8190,)


def test_a_portable_package_unpacked_twice_deep_is_found(tmp_path: Path) -> None:
    portable(tmp_path / "Downloads/ComfyUI_portable/ComfyUI_windows_portable")
    assert only(tmp_path, "win32").kind is InstallKind.PORTABLE


@pytest.mark.parametrize(
    ("platform", "config", "logs"),
    [
        ("linux", ".config/ComfyUI", ".config/ComfyUI/logs"),
        ("darwin", "Library/Application Support/ComfyUI", "Library/Logs/ComfyUI"),
        ("win32", "AppData/Roaming/ComfyUI", "AppData/Roaming/ComfyUI/logs"),
    ],
)
def test_the_desktop_app_names_its_base_folder(
    tmp_path: Path, platform: str, config: str, logs: str
) -> None:
    base = tmp_path / "Documents/Pictures"
    (base / "user").mkdir(parents=True)
    venv(base / ".venv", "torch-2.8.0")
    as_json(tmp_path / config / "config.json", {"basePath": str(base)})
    write(tmp_path / logs / "main.log", "started\n")
    write(tmp_path / logs / "comfyui_2026-11-20.log", "got prompt\n")
    write(
        tmp_path / config / "extra_models_config.yaml", "comfyui:\n  loras: /x/loras\n"
    )
    found = only(tmp_path, platform)
    assert found.kind is InstallKind.DESKTOP
    assert (found.base, found.torch) == (str(base), "2.8.0")
    assert {Path(log.path).name for log in found.logs} == {
        "main.log",
        "comfyui_2026-11-20.log",
    }
    assert found.model_folders[0].folders == (("loras", "/x/loras"),)


def test_the_newer_desktop_app_lists_its_installations(tmp_path: Path) -> None:
    folder = tmp_path / "ComfyUI-Installs/First"
    comfyui(folder / "ComfyUI", "0.38.1")
    write(folder / "standalone-env/bin/python3")
    write(
        folder / "standalone-env/lib/python3.13/site-packages/torch-2.9.1.dist-info/M"
    )
    as_json(
        tmp_path / ".local/share/comfyui-desktop-2/installations.json",
        [
            {"id": "cloud", "name": "Comfy Cloud", "installPath": ""},
            {"id": "inst-1", "name": "First", "installPath": str(folder)},
        ],
    )
    found = [x for x in find(tmp_path) if x.kind is InstallKind.DESKTOP]
    assert len(found) == 1
    assert (found[0].name, found[0].version) == ("First", "0.38.1")
    assert found[0].python and found[0].python.version == "3.13"
    assert found[0].torch == "2.9.1"


def test_comfy_cli_names_its_workspaces(tmp_path: Path) -> None:
    root = comfyui(tmp_path / "work/space")
    write(
        tmp_path / ".config/comfy-cli/config.ini",
        f"[DEFAULT]\ndefault_workspace = {root}\nrecent_workspace = {root}\n"
        "default_launch_extras = --lowvram --port 8200\n",
    )
    found = only(tmp_path)
    assert found.kind is InstallKind.COMFY_CLI
    assert found.flags == ("--lowvram", "--port", "8200")


def test_stability_matrix_lists_packages_with_their_options(tmp_path: Path) -> None:
    library = tmp_path / "Big/Data"
    comfyui(library / "Packages/ComfyUI")
    as_json(
        tmp_path / "AppData/Roaming/StabilityMatrix/library.json",
        {"LibraryPath": str(library)},
    )
    as_json(
        library / "settings.json",
        {
            "InstalledPackages": [
                {
                    "DisplayName": "My Comfy",
                    "PackageName": "ComfyUI",
                    "LibraryPath": "Packages\\ComfyUI",
                    "LaunchArgs": [
                        {"Name": "--port", "Type": "string", "OptionValue": "8300"},
                        {"Name": "--lowvram", "Type": "bool", "OptionValue": True},
                        {"Name": "--cpu", "Type": "bool", "OptionValue": False},
                        {"Name": "", "Type": "string", "OptionValue": "--fast fp16"},
                    ],
                },
                {"DisplayName": "Forge", "LibraryPath": "Packages\\forge"},
            ]
        },
    )
    found = only(tmp_path, "win32")
    assert found.kind is InstallKind.STABILITY_MATRIX
    assert found.name == "My Comfy"
    assert found.flags == ("--port", "8300", "--lowvram", "--fast", "fp16")


def test_pinokio_keeps_apps_with_their_environment_and_logs(tmp_path: Path) -> None:
    app = tmp_path / "pinokio/api/comfy.git"
    comfyui(app / "app")
    site = venv(app / "app/env", "torch-2.7.1+cu128")
    write(app / "logs/api/start.js/latest", "To see the GUI go to\n")
    found = only(tmp_path)
    assert found.kind is InstallKind.PINOKIO
    assert found.python and found.python.site_packages == (str(site),)
    assert [Path(log.path).name for log in found.logs] == ["latest"]


def test_a_compose_file_tells_the_folders_of_a_container(tmp_path: Path) -> None:
    data = tmp_path / "comfy-docker/data"
    (data / "custom_nodes/pack").mkdir(parents=True)
    (data / "user").mkdir()
    write(data / "user/comfyui.log", "got prompt\n")
    write(tmp_path / "comfy-docker/.env", "DATA=./data\n")
    write(
        tmp_path / "comfy-docker/docker-compose.yml",
        "services:\n"
        "  db:\n    image: postgres\n    volumes: ['./pg:/var/lib']\n"
        "  comfyui:\n    image: yanwk/comfyui-boot:cu128\n    container_name: pics\n"
        "    command: python main.py --listen 0.0.0.0 --port 8189\n"
        "    volumes:\n      - named:/root/.cache\n"
        "      - ${DATA}/custom_nodes:/root/ComfyUI/custom_nodes\n"
        "      - ${DATA}/user:/root/ComfyUI/user\n",
    )
    found = only(tmp_path)
    assert found.kind is InstallKind.DOCKER
    assert (found.base, found.name) == (str(data), "pics")
    assert found.ports == (8189,)
    assert [pack.name for pack in found.packs] == ["pack"]
    assert [log.source for log in found.logs] == ["manager"]
    assert any("program" in note for note in found.notes)


def test_one_installation_that_two_sources_name_comes_once(tmp_path: Path) -> None:
    root = comfyui(tmp_path / "ComfyUI")
    write(
        tmp_path / ".config/comfy-cli/config.ini",
        f"[DEFAULT]\nrecent_workspace = {root}\n",
    )
    assert only(tmp_path).kind is InstallKind.COMFY_CLI


def test_damaged_settings_of_launchers_hide_nothing_else(tmp_path: Path) -> None:
    comfyui(tmp_path / "ComfyUI")
    write(tmp_path / ".config/ComfyUI/config.json", '{"basePath": [1')
    write(tmp_path / ".config/comfy-cli/config.ini", "no section = 1\n")
    write(tmp_path / ".config/StabilityMatrix/library.json", "[]")
    write(tmp_path / ".local/share/comfyui-desktop-2/installations.json", '{"a": 1}')
    write(tmp_path / "comfy/compose.yml", "services: [\n")
    assert only(tmp_path).kind is InstallKind.FOLDER


def test_an_empty_computer_has_none(tmp_path: Path) -> None:
    assert find(tmp_path) == ()


def test_a_folder_is_understood_from_any_place_in_it(tmp_path: Path) -> None:
    folder = portable(tmp_path / "P")
    none: list[tuple[str, object]] = []
    for place in (folder, folder / "ComfyUI", folder / "ComfyUI/custom_nodes"):
        found = read_folder(place, running=lambda: none)  # type: ignore[arg-type]
        assert found and found.root == str(folder / "ComfyUI"), place


def test_a_base_folder_alone_has_packs_and_logs_but_no_version(tmp_path: Path) -> None:
    (tmp_path / "custom_nodes/pack").mkdir(parents=True)
    write(tmp_path / "server.log", "Starting server\n")
    found = read_folder(tmp_path, running=lambda: ())
    assert found and found.version == ""
    assert [pack.name for pack in found.packs] == ["pack"]
    assert [Path(log.path).name for log in found.logs] == ["server.log"]
    assert read_folder(tmp_path / "custom_nodes/pack/x", running=lambda: ()) is None


@pytest.fixture
def process(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A real process called as ComfyUI is, with its console in a file."""
    root = comfyui(tmp_path / "prog")
    (root / "main.py").write_text("import time\ntime.sleep(60)\n", "utf-8")
    (tmp_path / "base/custom_nodes").mkdir(parents=True)
    words = [sys.executable, "main.py", "--port", "8765", "--base-directory", "../base"]
    with (tmp_path / "out.log").open("wb") as out:
        started = subprocess.Popen(words, cwd=root, stdout=out, stderr=out)
    wait_until_named(started.pid)
    yield started
    started.kill()
    started.wait()


def wait_until_named(pid: int) -> None:
    """Until the process carries its own command line."""
    import psutil

    for _ in range(200):
        if "main.py" in psutil.Process(pid).cmdline():
            return
        time.sleep(0.02)
    raise AssertionError("the process did not start")


def test_a_running_server_tells_its_folders_flags_and_console(
    tmp_path: Path, process: subprocess.Popen[bytes]
) -> None:
    found = installation_of(process.pid)
    assert found is not None
    assert found.root == str(tmp_path / "prog")
    assert found.base == str(tmp_path / "base")
    assert found.ports == (8765,)
    assert found.running[0].pid == process.pid
    assert found.python
    assert Path(found.python.executable).samefile(sys.executable)
    if sys.platform == "linux":
        assert str(tmp_path / "out.log") in [log.path for log in found.logs]


def test_a_folder_that_a_process_runs_knows_the_process(
    tmp_path: Path, process: subprocess.Popen[bytes]
) -> None:
    found = read_folder(tmp_path / "base")
    assert found and [x.pid for x in found.running] == [process.pid]
    assert found.root == str(tmp_path / "prog")
