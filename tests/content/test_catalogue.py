"""The catalogue: loaded once, from a compiled copy when there is one."""

from pathlib import Path

import pytest

from comfydoctor.content.catalogue import Catalogue
from comfydoctor.errors import ContentError

COMMON = """
installations = { venv = "Virtual environment" }
packages = { cv2 = "opencv-python" }
harmless = []
[families]
disk = { title = "Disk", rank = 2 }
[recipes.pip]
venv = "pip {args}"
"""
CAUSE = """
id = "disk-full"
family = "disk"
title = "The disk is full"
explanation = "No room is left."
[[rules]]
line = "No space left on device"
[[fixes]]
title = "Free space"
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "common.toml").write_text(COMMON)
    (tmp_path / "causes" / "disk").mkdir(parents=True)
    (tmp_path / "causes" / "disk" / "disk-full.toml").write_text(CAUSE)
    return tmp_path


def test_it_reads_the_files(root: Path) -> None:
    catalogue = Catalogue(root)
    assert catalogue.causes["disk-full"].title == "The disk is full"
    assert catalogue.rank(catalogue.causes["disk-full"]) == 2


def test_the_compiled_copy_says_the_same(root: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    first = Catalogue(root, cache=cache).library
    assert len(list(cache.glob("library-*.json"))) == 1
    assert Catalogue(root, cache=cache).library == first


def test_a_changed_file_is_read_again(root: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    assert Catalogue(root, cache=cache).library
    path = root / "causes" / "disk" / "disk-full.toml"
    path.write_text(CAUSE.replace("The disk is full", "No room on the disk"))
    assert Catalogue(root, cache=cache).causes["disk-full"].title.startswith("No room")
    assert len(list(cache.glob("library-*.json"))) == 1


def test_a_damaged_copy_is_made_anew(root: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    assert Catalogue(root, cache=cache).library
    copy = next(cache.glob("library-*.json"))
    copy.write_text("{")
    assert "disk-full" in Catalogue(root, cache=cache).causes


def test_a_folder_that_cannot_be_written_only_costs_time(
    root: Path, tmp_path: Path
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    assert Catalogue(root, cache=blocked / "cache").causes


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (CAUSE + 'colour = "red"', "colour"),
        (CAUSE.replace("disk-full", "other"), "is not the file's name"),
        (CAUSE.replace('family = "disk"', 'family = "port"'), "is not the folder's"),
        (CAUSE.replace("No space", "(No space"), "not a regular expression"),
        ("title = ", "disk-full.toml"),
    ],
)
def test_a_wrong_file_is_named_with_its_place(
    root: Path, wrong: str, said: str
) -> None:
    (root / "causes" / "disk" / "disk-full.toml").write_text(wrong)
    with pytest.raises(ContentError, match=r"disk-full\.toml") as caught:
        assert Catalogue(root).library
    assert said in str(caught.value)


def test_superseding_an_unknown_cause_is_a_mistake(root: Path) -> None:
    path = root / "causes" / "disk" / "disk-full.toml"
    path.write_text(CAUSE.replace("[[rules]]", 'supersedes = ["no-such"]\n[[rules]]'))
    with pytest.raises(ContentError, match="no-such"):
        assert Catalogue(root).library
