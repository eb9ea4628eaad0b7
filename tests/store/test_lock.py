import os
import subprocess
import sys

import pytest

from comfydoctor.store.lock import InstanceLock

HOLDER = """
import sys
from pathlib import Path
from comfydoctor.store.lock import InstanceLock
lock = InstanceLock(Path(sys.argv[1]))
print(lock.acquire(), flush=True)
sys.stdin.read()
"""


def test_the_first_holds_it_and_the_second_knows(tmp_path):
    first, second = InstanceLock(tmp_path / "l"), InstanceLock(tmp_path / "l")
    assert first.acquire()
    assert first.acquire()
    assert not second.acquire()
    assert second.busy
    first.release()
    assert second.acquire()
    assert not second.busy
    second.release()
    second.release()


def test_a_killed_holder_holds_no_longer(tmp_path):
    path = tmp_path / "l"
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout.readline() == "True\n"
        lock = InstanceLock(path)
        assert not lock.acquire()
        process.kill()
        process.wait()
        assert lock.acquire()
        lock.release()


@pytest.mark.skipif(
    os.name == "nt" or os.geteuid() == 0, reason="root writes everywhere"
)
def test_a_place_that_cannot_be_written_is_not_busy(tmp_path):
    tmp_path.chmod(0o500)
    lock = InstanceLock(tmp_path / "l")
    assert not lock.acquire()
    assert not lock.busy
    tmp_path.chmod(0o700)


def test_a_folder_in_its_place_is_not_busy(tmp_path):
    (tmp_path / "l").mkdir()
    lock = InstanceLock(tmp_path / "l")
    assert not lock.acquire()
    assert not lock.busy
