"""Exit codes and the words for them."""

import subprocess
import sys

import pytest

from comfydoctor.content.catalogue import Catalogue
from comfydoctor.diagnosis import exitcode
from comfydoctor.diagnosis.exitcode import meaning_of
from comfydoctor.diagnosis.exitcode_text import last_exit
from comfydoctor.diagnosis.lines import clean


@pytest.mark.parametrize(
    ("code", "shown", "name"),
    [
        (137, "137", "SIGKILL"),
        (-9, "137", "SIGKILL"),
        (139, "139", "SIGSEGV"),
        (134, "134", "SIGABRT"),
        (-1073741819, "0xC0000005", "STATUS_ACCESS_VIOLATION"),
        (3221226505, "0xC0000409", "STATUS_STACK_BUFFER_OVERRUN"),
        (0xC0000135, "0xC0000135", "STATUS_DLL_NOT_FOUND"),
        (1, "1", ""),
        (77, "77", ""),
    ],
)
def test_every_spelling_of_a_code_is_one(code: int, shown: str, name: str) -> None:
    found = meaning_of(code)
    assert (found.shown, found.name) == (shown, name)


def test_a_code_nobody_knows_is_said_to_be_unknown() -> None:
    assert "not known" in meaning_of(77).says


def test_a_kill_is_not_said_to_be_full_memory_for_certain() -> None:
    assert "does not tell which" in meaning_of(137).says


def test_every_cause_that_a_code_names_exists() -> None:
    known = Catalogue().causes
    tables = (exitcode._PLAIN, exitcode._SIGNALS, exitcode._WINDOWS)
    named = {c for table in tables for entry in table.values() for c in entry[-1]}
    assert named
    assert named <= set(known)


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_real_processes_end_as_the_table_says() -> None:
    words = "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"
    done = subprocess.run([sys.executable, "-c", words], check=False)
    assert meaning_of(done.returncode).name == "SIGSEGV"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Python process exited with code 3221225477", "0xC0000005"),
        ("ComfyUI exited with code: -1073740791", "0xC0000409"),
        ("Process terminated with exit code 137", "137"),
        ("Main process exited, code=killed, status=9/KILL", "137"),
        ("Main process exited, code=exited, status=1/FAILURE", "1"),
        ("Main process exited, code=dumped, status=11/SEGV", "139"),
        ("Killed", "137"),
        ("./run.sh: line 3: 12345 Segmentation fault      (core dumped) python", "139"),
        ("comfyui-1 exited with code 137 (restarting)", "137"),
        ("child process exit status code 0xC0000135", "0xC0000135"),
    ],
)
def test_the_end_is_read_out_of_logs_of_launchers(text: str, shown: str) -> None:
    seen = last_exit([clean("before", 1), clean(text, 2), clean("after", 3)])
    assert seen and seen.meaning.shown == shown
    assert seen.line.number == 2


@pytest.mark.parametrize(
    "text",
    [
        "got prompt",
        "HTTP status code 404",
        "Killed 3 models",
        "Prompt executed in 2.00 seconds",
        "exit code",
        "The status is fine",
    ],
)
def test_ordinary_lines_name_no_end(text: str) -> None:
    assert last_exit([clean(text, 1)]) is None
