import errno
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from comfydoctor.errors import DiskFull, StoreError
from comfydoctor.store import atomic

WRITER = """
import sys
from pathlib import Path
from comfydoctor.store.atomic import write_bytes
path = Path(sys.argv[1])
number = 0
print("ready", flush=True)
while True:
    number += 1
    write_bytes(path, (f"{number:08}" * 20000).encode())
    print(number, flush=True)
"""


def test_content_replaces_content(tmp_path):
    path = tmp_path / "new" / "file.txt"
    atomic.write_text(path, "one")
    atomic.write_text(path, "zwei ü")
    assert path.read_text("utf-8") == "zwei ü"
    assert [p.name for p in path.parent.iterdir()] == ["file.txt"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_only_the_owner_may_read(tmp_path):
    path = tmp_path / "file"
    atomic.write_bytes(path, b"x")
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_a_link_stays_a_link(tmp_path):
    real, link = tmp_path / "real", tmp_path / "link"
    real.write_text("old")
    link.symlink_to(real)
    atomic.write_text(link, "new")
    assert link.is_symlink()
    assert real.read_text() == "new"


def test_a_failure_keeps_the_old_content_and_leaves_nothing(tmp_path, monkeypatch):
    path = tmp_path / "file"
    atomic.write_text(path, "old")

    def full(handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DiskFull):
        atomic.write_text(path, "new")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_held_file_is_tried_again(tmp_path, monkeypatch):
    path, pauses = tmp_path / "file", []
    replace = Path.replace
    blocked = [PermissionError(13, "in use")] * 3

    def replace_later(self, target):
        if blocked:
            raise blocked.pop()
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", replace_later)
    atomic.write_bytes(path, b"new", sleep=pauses.append)
    assert path.read_bytes() == b"new"
    assert len(pauses) == 3


def test_a_file_held_for_ever_is_an_error_of_ours(tmp_path, monkeypatch):
    def held(self, target):
        raise PermissionError(13, "in use")

    monkeypatch.setattr(Path, "replace", held)
    with pytest.raises(StoreError, match="in use"):
        atomic.write_bytes(tmp_path / "file", b"new", sleep=lambda _: None)
    assert list(tmp_path.iterdir()) == []


def test_old_temporary_files_are_swept_and_others_stay(tmp_path):
    stray = tmp_path / f".x.abc{atomic.SUFFIX}"
    fresh = tmp_path / f".y.abc{atomic.SUFFIX}"
    other = tmp_path / "file"
    for path in (stray, fresh, other):
        path.write_text("x")
    now = time.time()
    os.utime(stray, (now - 3600, now - 3600))
    assert atomic.sweep(tmp_path, now) == 1
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([fresh.name, "file"])
    assert atomic.sweep(tmp_path / "missing", now) == 0


@pytest.mark.skipif(os.name == "nt", reason="kills by signal")
def test_a_kill_at_any_time_leaves_a_whole_file_not_older_than_said(tmp_path):
    path = tmp_path / "file"
    for delay in range(12):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout.readline() == "ready\n"
            time.sleep(0.01 + delay * 0.007)
            process.send_signal(signal.SIGKILL)
            said = process.stdout.read().split("\n")
        complete = [int(line) for line in said[:-1] if line]
        if not complete and not path.exists():
            continue
        text = path.read_text()
        assert len(text) == 160_000
        assert text == text[:8] * 20_000
        if complete:
            assert int(text[:8]) >= complete[-1]


ONE_WRITE = """
import os, sys
from pathlib import Path
from comfydoctor.store.atomic import write_bytes
os.chdir(sys.argv[1])
print("begin", flush=True)
write_bytes(Path("file"), b"new" * 1000)
"""


def _strace_works():
    strace = shutil.which("strace")
    if strace is None:
        return "strace is not installed"
    try:
        done = subprocess.run(
            [strace, "-qq", "-e", "inject=getppid:error=EPERM", "true"],
            capture_output=True,
            timeout=20,
        )
    except (OSError, subprocess.TimeoutExpired):
        return "strace cannot run here"
    return "" if done.returncode == 0 else "strace may not trace here"


def _traced(folder, inject):
    """One write of ours with one system call failing or killing."""
    call = inject.partition(":")[0]
    command = ["strace", "-qq", "-f", "-o", os.devnull, "-e", f"trace={call}"]
    command += ["-e", f"inject={inject}", sys.executable, "-c", ONE_WRITE, str(folder)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


@pytest.mark.skipif(bool(_strace_works()), reason=_strace_works() or "-")
@pytest.mark.parametrize("call", ["write", "fsync", "rename"])
def test_a_kill_at_each_system_call_leaves_old_or_new(tmp_path, call):
    path = tmp_path / "file"
    for when in range(1, 4):
        path.write_bytes(b"old")
        _traced(tmp_path, f"{call}:signal=SIGKILL:when={when}")
        assert path.read_bytes() in {b"old", b"new" * 1000}


@pytest.mark.skipif(bool(_strace_works()), reason=_strace_works() or "-")
@pytest.mark.parametrize("fault", ["fsync:error=EIO", "rename:error=EACCES"])
@pytest.mark.parametrize("when", [1, 2])
def test_an_error_of_each_system_call_ends_clean(tmp_path, fault, when):
    path = tmp_path / "file"
    path.write_bytes(b"old")
    done = _traced(tmp_path, f"{fault}:when={when}")
    assert path.read_bytes() in {b"old", b"new" * 1000}
    if done.returncode:
        assert "StoreError" in done.stderr
    assert [p.name for p in tmp_path.iterdir() if p.suffix == atomic.SUFFIX] == []
