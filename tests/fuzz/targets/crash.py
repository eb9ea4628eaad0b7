"""Logs of dead servers, the kernel's messages, exit codes and starts in scripts."""

import tempfile
from pathlib import Path

from comfydoctor.comfy.install.launchers import parse_launcher
from comfydoctor.diagnosis.crashkernel import read_kernel
from comfydoctor.diagnosis.crashlog import read_last_life
from comfydoctor.diagnosis.exitcode_text import last_exit
from comfydoctor.diagnosis.lines import cleaned, decode, numbered

_DATA = Path(__file__).parents[2] / "data/crash"
SEEDS = [
    *(path.read_bytes()[-3000:] for path in sorted(_DATA.glob("*.log"))[::3]),
    (
        b"Out of memory: Killed process 12 (python3) total-vm:1kB, anon-rss:2kB\n"
        b"NVRM: Xid (PCI:0000:01:00): 79, pid='1'\n"
        b"python[9]: segfault at 2e0 ip 0 sp 0 error 4 in libtorch.so[1,2]\n"
    ),
    (
        b"Main process exited, code=killed, status=9/KILL\n"
        b"exited with code 3221225477\n"
        b"x.sh: line 3: 12 Segmentation fault  (core dumped) python main.py\n"
    ),
    "Stopped server\nChecking\nKilled\n".encode("utf-16"),
]


def run(data: bytes) -> None:
    """Feed the same bytes to every reader; none of them may fail."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name, "x.log")
        path.write_bytes(data)
        life = read_last_life(path)
        assert len(life.last_lines) <= 6
    text = decode(data[-64 * 1024 :])
    for note in read_kernel(text):
        assert note.kind in {"oom", "xid", "segfault"}
    last_exit(cleaned(numbered(text)))
    parse_launcher(text)
