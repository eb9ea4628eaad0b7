import os
import subprocess
import sys
import time

import psutil
import pytest

from comfydoctor.errors import NotApplicable
from comfydoctor.fixes import process

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
PATIENT = "import time; print('begun', flush=True); time.sleep(60)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + PATIENT


@pytest.fixture
def begun(tmp_path):
    """Starts a child with its output in a file; it is gone afterwards."""
    made = []

    def begin(code, **environ):
        log = tmp_path / "server.log"
        with log.open("ab") as output:
            child = subprocess.Popen(
                [sys.executable, "-c", code],
                cwd=tmp_path,
                env=os.environ | environ,
                stdout=output,
            )
        made.append(child)
        while b"begun" not in log.read_bytes():
            time.sleep(0.01)
        return child.pid

    yield begin
    for child in made:
        child.kill()
        child.wait()


def quick(monkeypatch):
    monkeypatch.setattr(process, "GENTLE_SECONDS", 0.3)


def test_a_process_starts_again_as_it_was(begun, tmp_path):
    pid = begun(PATIENT, OURS="yes")
    running = process.read_process(pid)
    assert running.launch.cwd == str(tmp_path)
    assert running.launch.log == str(tmp_path / "server.log")
    assert running.launch.environ["OURS"] == "yes"
    assert "OURS" not in repr(running)
    assert process.end(pid, running.started) == "It ended when asked."
    new = process.start(running.launch, tmp_path / "fallback.log")
    again = psutil.Process(new)
    try:
        while (tmp_path / "server.log").read_text() != "begun\nbegun\n":
            time.sleep(0.01)
        assert tuple(again.cmdline()) == running.launch.argv
        assert again.environ()["OURS"] == "yes"
        assert os.getsid(new) == new
        assert not (tmp_path / "fallback.log").exists()
    finally:
        again.kill()
        os.waitpid(new, 0)


def test_one_that_does_not_heed_is_ended_by_force(begun, monkeypatch):
    quick(monkeypatch)
    pid = begun(STUBBORN)
    running = process.read_process(pid)
    assert "by force" in process.end(pid, running.started)
    assert not process.is_there(pid, running.started)
    assert process.end(pid, running.started) == "It had ended already."


def test_another_process_with_the_same_number_is_left_alone(begun):
    pid = begun(PATIENT)
    assert process.end(pid, 12.0) == "It had ended already."
    assert psutil.pid_exists(pid)


def test_output_nobody_could_see_goes_to_our_own_log(begun, tmp_path):
    pid = begun(PATIENT)
    running = process.read_process(pid)
    process.end(pid, running.started)
    launch = process.Launch(
        running.launch.argv, str(tmp_path), os.environ, str(tmp_path / "no" / "log")
    )
    fallback = tmp_path / "logs" / "comfyui.log"
    new = process.start(launch, fallback)
    try:
        while not fallback.read_bytes():
            time.sleep(0.01)
    finally:
        os.kill(new, 9)
        os.waitpid(new, 0)


def test_a_process_that_another_program_keeps_is_refused(begun):
    pid = begun(PATIENT, __COMFY_CLI_SESSION__="1")
    with pytest.raises(NotApplicable, match="Comfy-cli keeps") as caught:
        process.read_process(pid)
    assert "comfy launch" in caught.value.advice


def test_a_process_that_is_gone_is_told():
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    with pytest.raises(NotApplicable, match="gone"):
        process.read_process(child.pid)
