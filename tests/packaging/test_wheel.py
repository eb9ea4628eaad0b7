"""A wheel built from this tree works in an environment of its own."""

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from comfydoctor import __version__

ROOT = Path(__file__).parents[2]


def run(*command, **more):
    done = subprocess.run(command, capture_output=True, text=True, **more)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps"]
    try:
        import hatchling  # noqa: F401
    except ImportError:
        pass  # pip fetches it for the build
    else:
        pip.append("--no-build-isolation")
    run(*pip, "--wheel-dir", str(folder), str(ROOT))
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def python(wheel, tmp_path_factory):
    """A clean environment with the wheel; what it needs is lent by ours."""
    folder = tmp_path_factory.mktemp("clean") / "venv"
    run(sys.executable, "-m", "venv", "--without-pip", str(folder))
    bin_folder = "Scripts" if os.name == "nt" else "bin"
    clean = folder / bin_folder / "python"
    install = ("pip", "--python", str(clean), "install", "--quiet", "--no-deps")
    run(sys.executable, "-m", *install, "--no-index", str(wheel))
    script = "import sysconfig; print(sysconfig.get_path('purelib'))"
    site = Path(run(str(clean), "-c", script).strip())
    (site / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return clean


def test_the_wheel_carries_code_and_content_and_nothing_else(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}
    assert tops == {"comfydoctor", f"comfydoctor-{__version__}.dist-info"}
    inside = "comfydoctor/resources/"
    content = {n.removeprefix(inside) for n in names if n.startswith(inside)}
    files = [path for path in (ROOT / "resources").rglob("*") if path.is_file()]
    assert content == {f.relative_to(ROOT / "resources").as_posix() for f in files}
    assert not [name for name in names if name.endswith((".pyc", ".so", ".dll"))]


def test_the_command_runs_outside_the_source_tree(python, tmp_path):
    command = python.with_name("comfydoctor")
    assert (
        run(str(command), "--version", cwd=tmp_path) == f"comfydoctor {__version__}\n"
    )
    told = run(str(python), "-m", "comfydoctor", "--version", cwd=tmp_path)
    assert told == f"comfydoctor {__version__}\n"


def test_its_content_is_found_inside_the_package(python, tmp_path):
    script = "from comfydoctor.content.places import resources_root as r; print(r())"
    place = Path(run(str(python), "-c", script, cwd=tmp_path).strip())
    assert place.is_relative_to(python.parents[1])
    assert (place / "icons" / "comfydoctor.svg").is_file()
    assert list(place.glob("scenarios/*.toml"))


def test_the_graphics_card_reader_starts_from_the_package(python, tmp_path):
    """It is run as a file, so the file must be where the package is."""
    script = (
        "import asyncio, comfydoctor\n"
        "from comfydoctor.host.nvml import NvmlReader\n"
        "async def main():\n"
        "    reader = NvmlReader()\n"
        "    report = await reader.read()\n"
        "    await reader.aclose()\n"
        "    print(comfydoctor.__file__)\n"
        "    print(report.trouble.text if report.trouble else 'cards')\n"
        "asyncio.run(main())\n"
    )
    place, words = run(str(python), "-c", script, cwd=tmp_path).splitlines()
    assert Path(place).is_relative_to(python.parents[1])
    assert words in {"No NVIDIA driver is installed.", "cards"} or "driver" in words
