"""What goes into a bundle comes out; a hostile one is refused within its caps."""

import math
import random
import zipfile

import pytest

from comfydoctor.errors import UsageError
from comfydoctor.incidents import bundle
from comfydoctor.incidents.bundle import is_bundle, read_bundle, write_bundle
from tests.incidents.dossiers import DOSSIER


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "b.zip"
    write_bundle(path, DOSSIER)
    return path


def rewritten(path, parts):
    with zipfile.ZipFile(path, "w") as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
    return path


def test_what_was_written_is_read(path):
    assert is_bundle(path)
    again = read_bundle(path)
    curve, known = again.curves[0], DOSSIER.curves[0]
    assert math.isnan(curve.values[2])
    assert curve.times == known.times
    assert again.findings == DOSSIER.findings
    assert again.log == DOSSIER.log
    assert again.walks == DOSSIER.walks


@pytest.mark.parametrize(
    "parts",
    [
        {},
        {"manifest.json": "{}", "dossier.json": "{}", "log.txt": ""},
        {"manifest.json": "[]", "dossier.json": "{}", "log.txt": ""},
        {"manifest.json": '{"kind": "comfydoctor-bundle", "format": 1}'},
        {
            "manifest.json": '{"kind": "comfydoctor-bundle", "format": 1}',
            "dossier.json": '{"made": "soon"}',
            "log.txt": "",
        },
        {
            "manifest.json": '{"kind": "comfydoctor-bundle", "format": 1}',
            "dossier.json": "[" * 100_000,
            "log.txt": "",
        },
    ],
)
def test_what_is_no_bundle_is_refused(tmp_path, parts):
    path = rewritten(tmp_path / "x.zip", parts)
    with pytest.raises(UsageError, match="not a support bundle"):
        read_bundle(path)


def test_a_newer_bundle_says_so(tmp_path):
    path = rewritten(
        tmp_path / "x.zip",
        {"manifest.json": '{"kind": "comfydoctor-bundle", "format": 2}'},
    )
    with pytest.raises(UsageError, match="newer ComfyDoctor"):
        read_bundle(path)


def test_a_bomb_is_not_unpacked(path, monkeypatch):
    monkeypatch.setattr(bundle, "LARGEST_PART", 100)
    with pytest.raises(UsageError, match="not a support bundle"):
        read_bundle(path)


def test_other_files_are_not_taken_for_bundles(tmp_path):
    text = tmp_path / "a.log"
    text.write_text("got prompt")
    assert not is_bundle(text)
    assert not is_bundle(tmp_path / "none.zip")
    assert not is_bundle(rewritten(tmp_path / "x.zip", {"a": "b"}))


def test_damaged_bundles_are_refused_or_read(path, tmp_path):
    whole, dice = path.read_bytes(), random.Random(7)
    for place in range(300):
        damaged = bytearray(whole)
        for _ in range(dice.randint(1, 6)):
            damaged[dice.randrange(len(damaged))] = dice.randrange(256)
        if place % 3 == 0:
            damaged = damaged[: dice.randrange(len(damaged))]
        file = tmp_path / "damaged.zip"
        file.write_bytes(damaged)
        try:
            read_bundle(file)
        except UsageError:
            continue
