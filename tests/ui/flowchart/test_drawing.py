"""Charts are drawn from the command line, for paper and as pictures."""

import subprocess
import sys

import pytest

from comfydoctor.doctor.guidance import read_charts


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "comfydoctor", "draw", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize(("what", "kind"), [("tree", "pdf"), ("stuck", "svg")])
def test_a_file_is_written_and_named(tmp_path, what, kind):
    out = tmp_path / f"drawn.{kind}"
    done = run(what, "--out", str(out), "--paper", "Letter")
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(out)
    assert out.stat().st_size > 10_000


def test_the_list_has_every_chart_and_others_are_refused():
    assert run("list").stdout.split() == ["tree", *read_charts()]
    refused = run("nothing")
    assert refused.returncode == 2
    assert "There is no flowchart nothing." in refused.stderr
