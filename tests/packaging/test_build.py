"""The build scripts: what fails a build, what a package must hold."""

import importlib.util
import json
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

PACKAGING = Path(__file__).parents[2] / "packaging"


@pytest.fixture
def build(monkeypatch, tmp_path):
    """packaging/build.py as a module that builds below a folder of the test."""
    monkeypatch.syspath_prepend(str(PACKAGING))
    spec = importlib.util.spec_from_file_location("build_py", PACKAGING / "build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "DIST", tmp_path)
    monkeypatch.setattr(module, "FOLDER", tmp_path / "comfydoctor")
    (tmp_path / "comfydoctor").mkdir()
    (tmp_path / "comfydoctor" / "libqxcb.so").write_bytes(b"x" * 100)
    return module


def test_a_library_that_a_bundled_file_misses_fails_the_build(build):
    line = (
        "WARNING: Library not found: could not resolve 'libx.so', dependency of '{}'."
    )
    assert build._is_missed(line.format("/v/platforms/libqxcb.so"))
    assert not build._is_missed(line.format("/v/platformthemes/libqgtk3.so"))
    assert not build._is_missed("INFO: all is well")


def test_the_archive_says_nothing_of_the_computer_it_was_built_on(build):
    first = build.build_tar()
    with tarfile.open(first) as archive:
        names = archive.getnames()
        assert all(e.uid == e.gid == 0 and e.uname == "root" for e in archive)
    assert any(name.endswith("portable.txt") for name in names)
    assert not (build.FOLDER / "portable.txt").exists()
    before = first.read_bytes()
    assert build.build_tar().read_bytes() == before


def test_checksums_are_as_sha256sum_checks_them(build):
    (build.DIST / "a.deb").write_bytes(b"package")
    build.write_checksums()
    done = subprocess.run(
        ["sha256sum", "--check", "SHA256SUMS"], cwd=build.DIST, capture_output=True
    )
    assert done.returncode == 0, done.stderr


def test_notices_and_sbom_name_what_the_program_needs(build):
    from packaging_parts import notices

    notices.write(build.FOLDER)
    text = (build.FOLDER / "NOTICES.txt").read_text("utf-8")
    assert "LGPL-3.0" in text and "PySide6" in text
    sbom = json.loads((build.FOLDER / "sbom.json").read_text())
    names = {component["name"].lower() for component in sbom["components"]}
    assert {"pyside6_essentials", "httpx", "pydantic", "numpy"} & names >= {"httpx"}
    assert all(component["version"] for component in sbom["components"])
    assert "pytest" not in names


def test_the_frozen_program_is_its_own_helper(monkeypatch):
    from comfydoctor.host import nvml

    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert nvml.child_command() == (sys.executable, "nvml-child")
    done = subprocess.run(
        [sys.executable, "-m", "comfydoctor", "nvml-child"],
        input="read\n",
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert done.returncode == 0
    assert json.loads(done.stdout.splitlines()[0])
