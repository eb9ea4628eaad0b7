"""Models of a server: from its folders where they are here, else as it lists them."""

import asyncio
from types import SimpleNamespace

import pytest

from comfydoctor.doctor.shelf import (
    ELSEWHERE,
    HERE,
    Shelf,
    folders_here,
    listed_problem,
)
from comfydoctor.errors import Unsupported
from comfydoctor.host.local import Place, Whereabouts
from comfydoctor.model.modelfile import ModelKind
from comfydoctor.store.paths import Paths
from tests.assets.known import checkpoint_of, lora_for, write_sparse


class Listing:
    """What a server tells of its models."""

    def __init__(self, folders=None, files=None, notes=None):
        self.told, self.files, self.metadata = folders or {}, files or {}, notes

    async def folder_paths(self):
        return self.told

    async def model_folders(self):
        return tuple(self.files)

    async def model_files(self, kind):
        if self.files[kind] is None:
            raise Unsupported("no such route")
        return tuple(
            SimpleNamespace(name=name, size=size, modified=5.0)
            for name, size in self.files[kind].items()
        )

    async def models(self, kind):
        return ("old.ckpt",)

    async def model_metadata(self, folder, name):
        return self.metadata


@pytest.fixture
def home(tmp_path):
    return Paths.under(tmp_path / "home")


@pytest.fixture
def models(tmp_path):
    for folder in ("checkpoints", "loras"):
        (tmp_path / folder).mkdir()
    lora = lora_for("diffusion/sd1", "lora_unet_down", "kohya")
    base = write_sparse(tmp_path / "checkpoints/b.safetensors", checkpoint_of("sd1"))
    paths = [write_sparse(tmp_path / f"loras/{n}.safetensors", lora) for n in "xyz"]
    return base, paths


def shelf(listing, home, place=Place.HERE):
    found = Whereabouts(place, "as the test has it")
    return Shelf(listing, "http://127.0.0.1:1", home, find=lambda _url, _dirs: found)


async def test_folders_that_are_here_are_read_with_their_headers(models, home):
    folders = {
        "loras": (str(models[1][0].parent), "/nowhere"),
        "checkpoints": (str(models[0].parent),),
        "custom_nodes": (str(models[0].parent),),
    }
    seen = []
    read = await shelf(Listing(folders), home).read(seen.append)
    assert read.local and read.complete and read.about == HERE
    assert [(f.kind, f.name) for f in sorted(read.files, key=lambda f: f.name)] == [
        (ModelKind.CHECKPOINT, "b.safetensors"),
        *((ModelKind.LORA, f"{n}.safetensors") for n in "xyz"),
    ]
    await asyncio.sleep(0)
    assert seen and seen[0].total == 4 and not seen[0].complete


async def test_elsewhere_only_what_the_server_lists_is_told(models, home):
    folders = {"loras": (str(models[1][0].parent),)}
    files = {
        "loras": {"a.safetensors": 5000, "empty.safetensors": 0, "p.safetensors": 134},
        "vae": None,
        "custom_nodes": {"x": 1},
    }
    listing = Listing(folders, files)
    read = await shelf(listing, home, Place.ELSEWHERE).read()
    assert not read.local and read.complete and read.about == ELSEWHERE
    told = {file.name: file for file in read.files}
    assert set(told) == {
        *("a.safetensors", "empty.safetensors", "p.safetensors", "old.ckpt")
    }
    assert told["a.safetensors"].healthy and not told["a.safetensors"].examined
    assert told["empty.safetensors"].whole is False
    assert "git-lfs" in told["p.safetensors"].problem
    assert told["old.ckpt"].size is None and told["old.ckpt"].healthy


async def test_without_a_folder_that_is_here_the_server_is_asked(home):
    listing = Listing({"loras": ("/nowhere/at/all",)}, {"loras": {"a.ckpt": 9999}})
    read = await shelf(listing, home).read()
    assert not read.local and len(read.files) == 1


async def test_a_reading_that_is_called_off_ends(models, home):
    folders = {"loras": (str(models[1][0].parent),)}
    reading = asyncio.ensure_future(  # noqa: TID251 - kept, and awaited below
        shelf(Listing(folders), home).read()
    )
    await asyncio.sleep(0)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading


async def test_notes_are_asked_for_one_safetensors_file_alone(home):
    notes = {"modelspec.architecture": "flux-1-dev/lora", "ss_tag_frequency": {"a": 1}}
    listing = Listing(
        files={"loras": {"a.safetensors": 5000, "b.pt": 5000}}, notes=notes
    )
    one = shelf(listing, home, Place.ELSEWHERE)
    first, second = (await one.read()).files
    assert await one.notes(first) == ("Its notes say it is for: flux-1-dev/lora.",)
    assert await one.notes(second) == ()


async def test_a_match_reports_each_pair(models, home):
    base, loras = models
    told = []
    one = shelf(Listing(), home)
    matches = await one.match([str(base)], [str(path) for path in loras], told.append)
    await asyncio.sleep(0)
    assert [match.verdict for match in matches] == ["fits"] * 3
    assert told == matches


def test_shares_of_the_network_are_never_looked_at(tmp_path):
    folders = {"loras": (r"\\host\share", "//host/share", str(tmp_path), "")}
    assert folders_here(folders) == [(str(tmp_path), "loras")]


@pytest.mark.parametrize(
    ("name", "size", "words"),
    [
        ("a.safetensors", 0, "empty"),
        ("a.safetensors", 130, "like a git-lfs pointer"),
        ("a.safetensors", 900, "too few"),
        ("a.safetensors.part", 9_000_000, "not finished"),
        ("a.safetensors", 9_000_000, ""),
        ("a.safetensors", None, ""),
        ("notes", 12, ""),
    ],
)
def test_sizes_that_leave_no_doubt_are_problems(name, size, words):
    assert words in listed_problem(name, size)[0]
    assert bool(words) == bool(listed_problem(name, size)[0])
