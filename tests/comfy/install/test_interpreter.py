"""Pythons and the folders they import from."""

import sys
from pathlib import Path

from comfydoctor.comfy.install.interpreter import find_interpreter, read_interpreter
from comfydoctor.comfy.install.packages import (
    read_packages,
    read_torch,
    requirements_of,
    versions_of,
)
from comfydoctor.model.installation import Interpreter
from tests.comfy.install.trees import TORCH, venv, write


def test_path_files_add_folders_but_their_code_is_left_alone(tmp_path: Path) -> None:
    site = venv(tmp_path / "v")
    other = tmp_path / "other"
    write(other / "numpy-2.1.0.dist-info/METADATA")
    write(site / "zz.pth", f"import os; os.abort()\n# {tmp_path}\n{other}\n/no/such\n")
    python = read_interpreter(tmp_path / "v", "", "")
    assert python.site_packages == (str(site), str(other))
    assert versions_of(read_packages(python)) == {"numpy": "2.1.0"}


def test_the_first_of_two_equal_packages_counts_and_both_are_listed(
    tmp_path: Path,
) -> None:
    site = venv(tmp_path / "v", "opencv_python-4.9.0", "ruamel.yaml-0.18.10")
    write(tmp_path / "more/opencv_python-4.8.1.dist-info/METADATA")
    write(site / "z.pth", str(tmp_path / "more"))
    packages = read_packages(read_interpreter(tmp_path / "v", "", ""))
    assert [p.version for p in packages if p.key == "opencv-python"] == [
        "4.9.0",
        "4.8.1",
    ]
    assert versions_of(packages)["opencv-python"] == "4.9.0"
    assert versions_of(packages)["ruamel-yaml"] == "0.18.10"


def test_what_a_package_needs_is_read_with_its_markers(tmp_path: Path) -> None:
    site = venv(tmp_path / "v", "x-1.0")
    write(
        site / "x-1.0.dist-info/METADATA",
        "Name: x\nRequires-Dist: numpy>=2\n"
        'Requires-Dist: torch; extra == "gpu"\n\nRequires-Dist: not this\n',
    )
    (package,) = read_packages(read_interpreter(tmp_path / "v", "", ""))
    assert requirements_of(package) == ("numpy>=2", 'torch; extra == "gpu"')


def test_the_interpreter_in_use_beats_the_one_beside(tmp_path: Path) -> None:
    venv(tmp_path / "root/venv", version="3.10.1")
    venv(tmp_path / "used", version="3.12.3")
    named = [("", "nobody"), (str(tmp_path / "used/bin/python"), "a process")]
    found = find_interpreter(tmp_path / "root", tmp_path / "root", named)
    assert found and (found.version, found.how) == ("3.12.3", "a process")
    beside = find_interpreter(tmp_path / "root", tmp_path / "root", [("python", "x")])
    assert beside and beside.version == "3.10.1"


def test_no_python_is_said_as_none(tmp_path: Path) -> None:
    assert find_interpreter(tmp_path, tmp_path) is None


def test_an_amd_build_of_torch_names_rocm(tmp_path: Path) -> None:
    site = venv(tmp_path / "v", "torch-2.9.0+rocm6.4")
    said = TORCH.replace("'13.0'", "None").replace("str] = None\n", "str] = '6.4.4'\n")
    write(site / "torch/version.py", said.replace("cuda: Optional[str] = '6.4.4'", ""))
    assert read_torch(read_interpreter(tmp_path / "v", "", ""))[1] == "rocm 6.4.4"


def test_this_python_is_read_as_importlib_has_it() -> None:
    import importlib.metadata

    home = Path(sys.executable).parent.parent
    python = read_interpreter(home, sys.executable, "this one")
    assert python.version.startswith(f"{sys.version_info[0]}.{sys.version_info[1]}")
    known = versions_of(read_packages(python))
    assert known["pytest"] == importlib.metadata.version("pytest")
    assert known["psutil"] == importlib.metadata.version("psutil")


def test_an_interpreter_without_folders_has_no_packages() -> None:
    assert read_packages(Interpreter("")) == ()
    assert read_torch(Interpreter("")) == ("", "")
