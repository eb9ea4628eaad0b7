"""The menu entry and the icon."""

import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

ROOT = Path(__file__).parents[2]
ENTRY = ROOT / "packaging" / "comfydoctor.desktop"
ICON = ROOT / "resources" / "icons" / "comfydoctor.svg"


def test_the_entry_is_valid():
    tool = shutil.which("desktop-file-validate")
    if tool is None:
        pytest.skip("desktop-file-validate is not installed")
    done = subprocess.run([tool, str(ENTRY)], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")


def test_it_is_put_into_the_menu_with_the_real_place_of_the_program(tmp_path):
    venv = tmp_path / "a venv"
    done = subprocess.run(
        ["sh", str(ROOT / "packaging" / "desktop.sh"), str(venv)],
        env={"PATH": "/usr/bin:/bin", "XDG_DATA_HOME": str(tmp_path / "data")},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    entry = (tmp_path / "data/applications/comfydoctor.desktop").read_text()
    assert f'\nExec="{venv}/bin/comfydoctor-window"\n' in entry
    assert f"\nTryExec={venv}/bin/comfydoctor-window\n" in entry
    icons = tmp_path / "data/icons/hicolor/scalable/apps"
    assert (icons / "comfydoctor.svg").read_bytes() == ICON.read_bytes()
    tool = shutil.which("desktop-file-validate")
    if tool:
        written = tmp_path / "data/applications/comfydoctor.desktop"
        subprocess.run([tool, str(written)], check=True)


def test_a_folder_that_no_entry_can_name_is_refused(tmp_path):
    done = subprocess.run(
        ["sh", str(ROOT / "packaging" / "desktop.sh"), "/tmp/100% `mine`"],
        env={"PATH": "/usr/bin:/bin", "XDG_DATA_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "cannot name this folder" in done.stderr
    assert not (tmp_path / "applications/comfydoctor.desktop").exists()


def test_the_icon_draws_and_reaches_for_nothing_outside(qapp):
    renderer = QSvgRenderer(str(ICON))
    assert renderer.isValid()
    image = QImage(32, 32, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    assert image.pixelColor(16, 3).alpha() == 255
    assert image.pixelColor(0, 0).alpha() == 0
    names = {
        element.tag.partition("}")[2] for element in ElementTree.parse(ICON).iter()
    }
    assert names <= {"svg", "title", "rect", "path", "circle"}
