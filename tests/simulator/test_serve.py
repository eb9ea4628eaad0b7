import os
import signal
import subprocess
import sys
import urllib.request

import pytest

CODE = (
    "from comfydoctor.simulator.serve import main;"
    "raise SystemExit(main(0, 'test-bench', stop_with_parent={}))"
)


def _start(stop_with_parent: bool) -> tuple[subprocess.Popen[str], str]:
    process = subprocess.Popen(
        [sys.executable, "-c", CODE.format(stop_with_parent)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.startswith("simulator ready http://127.0.0.1:")
    return process, line.split()[-1]


def _end(process: subprocess.Popen[str]) -> int:
    with process:
        return process.wait(timeout=20)


def test_it_says_where_and_ends_with_its_parent() -> None:
    process, url = _start(stop_with_parent=True)
    with urllib.request.urlopen(url + "/prompt") as answer:
        assert answer.headers["x-comfydoctor-simulated"] == "test-bench"
    assert process.stdin is not None
    process.stdin.close()
    assert _end(process) == 0


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGTERM to handle")
def test_it_ends_cleanly_when_told_to() -> None:
    process, _ = _start(stop_with_parent=False)
    process.send_signal(signal.SIGTERM)
    assert _end(process) == 0
