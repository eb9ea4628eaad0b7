"""Recordings leave as files and come back the same, elsewhere."""

import contextlib
import json
import random
import time

import pytest

from comfydoctor.cli.main import main as cli_main
from comfydoctor.doctor.office import open_store
from comfydoctor.model.metric import Sample

HERE, THERE = "http://127.0.0.1:8188", "http://10.0.0.7:8188"


@pytest.fixture
def run(monkeypatch, capsys):
    def work(*words):
        monkeypatch.setattr("sys.argv", ["comfydoctor", *words])
        code = cli_main()
        said = capsys.readouterr()
        return code, said.out, said.err

    return work


@pytest.fixture
def recorded():
    """Three days of one metric, some of it packed, and a gap."""
    chance, now = random.Random(3), time.time() // 60 * 60
    with contextlib.closing(open_store()) as store:
        samples = store.samples(HERE)
        start = now - 3 * 86_400
        taken = [
            Sample("gpu.load", start + i * 60, float(chance.randrange(100)), "gpu0")
            for i in range(4000)
        ]
        taken[7] = Sample("gpu.load", taken[7].time, float("nan"), "gpu0")
        samples.add(taken)
        samples.tidy(now)
    return taken


def test_what_is_exported_and_imported_is_the_same(run, recorded, tmp_path):
    file = tmp_path / "a.jsonl"
    code, _, _ = run("history", "export", "--format", "jsonl", "--out", str(file))
    assert code == 0
    code, out, _ = run("history", "import", str(file), "--server", THERE)
    assert code == 0 and "were taken" in out
    ours = run("history", "export", "--server", HERE)[1]
    theirs = run("history", "export", "--server", THERE)[1]
    assert ours == theirs
    assert len(ours.splitlines()) > 4000


def test_importing_twice_adds_nothing(run, recorded, tmp_path):
    file = tmp_path / "a.jsonl"
    run("history", "export", "--format", "jsonl", "--out", str(file))
    before = run("history", "export", "--server", HERE)[1]
    run("history", "import", str(file), "--server", HERE)
    assert run("history", "export", "--server", HERE)[1] == before


def test_only_the_metric_asked_for(run, recorded):
    code, out, _ = run("history", "export", "--metric", "host.cpu")
    assert (code, len(out.splitlines())) == (1, 1)


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "[]",
        '{"metric": "m", "subject": "", "step": 7, "times": [1], "last": [1]}',
        '{"metric": "m", "subject": "", "step": 0, "times": [2, 1], "last": [1, 2]}',
        '{"metric": "m", "subject": "", "step": 0, "times": [1], "last": [true]}',
        '{"metric": "m", "subject": "", "step": 0, "times": [1], "last": [1e999]}',
        '{"metric": "m", "subject": "", "step": 0, "times": [1, 2], "last": [1]}',
        '{"metric": 5, "subject": "", "step": 0, "times": [1], "last": [1]}',
        "[" * 5000,
    ],
)
def test_a_bad_line_is_named_and_nothing_breaks(run, tmp_path, bad):
    file = tmp_path / "bad.jsonl"
    file.write_text('{"comfydoctor": "readings", "version": 1}\n' + bad + "\n")
    code, _, err = run("history", "import", str(file), "--server", THERE)
    assert code != 0
    assert "Line 2" in err


def test_another_file_is_refused(run, tmp_path):
    file = tmp_path / "other.txt"
    file.write_text("hello\n")
    assert "no recording" in run("history", "import", str(file), "--server", HERE)[2]


def test_the_size_is_told_in_words_and_as_json(run, recorded):
    _, out, _ = run("history", "size")
    assert "A month of this:" in out and "MB" in out
    known = json.loads(run("history", "size", "--json")[1])
    assert known["servers"] == [HERE]
    assert known["bytes_per_month"] > 0


def test_without_a_recording_it_says_so(run):
    assert "Nothing was recorded" in run("history", "export")[2]
