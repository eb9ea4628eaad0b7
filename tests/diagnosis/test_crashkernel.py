"""What the kernel says of killed programs and lost cards."""

from collections.abc import Sequence

from comfydoctor.diagnosis.crashkernel import about, ask_kernel, read_kernel

OOM = (
    "2026-11-20T10:00:05+0000 host kernel: Out of memory: Killed process 4711 "
    "(python3) total-vm:61234567kB, anon-rss:31234567kB, file-rss:0kB, UID:1000"
)
CGROUP = (
    "2026-11-20T10:00:06,123456+00:00 Memory cgroup out of memory: Killed process 12 "
    "(pt_main_thread) total-vm:1kB, anon-rss:2kB"
)
XID = (
    "[  962.892340] NVRM: Xid (PCI:0000:01:00): 79, pid='4711', name=python, GPU has "
    "fallen off the bus."
)
FAULT = (
    "2026-11-20T10:00:07,018197+00:00 python[99]: segfault at 2e0 ip 00007f64 sp 0000 "
    "error 4 in libtorch_cpu.so[13afda,7f6442729000+813000] likely on CPU 1"
)


def test_telling_lines_are_read_with_their_figures() -> None:
    text = "\n".join((OOM, "usb 1-1: new device", CGROUP, XID, FAULT))
    oom, cgroup, xid, fault = read_kernel(text)
    assert (oom.kind, oom.pid, oom.name) == ("oom", 4711, "python3")
    assert oom.held == 31234567 * 1024
    assert (cgroup.pid, cgroup.name) == (12, "pt_main_thread")
    assert (xid.kind, xid.name, xid.pid, xid.time) == ("xid", "79", 4711, 0.0)
    assert (fault.kind, fault.library) == ("segfault", "libtorch_cpu.so")
    assert cgroup.time - oom.time == 1.0


def test_the_journal_is_asked_first_and_dmesg_where_there_is_none() -> None:
    asked: list[str] = []

    def ask(words: Sequence[str]) -> str | None:
        asked.append(words[0])
        return OOM if words[0] == "dmesg" else ""

    says = ask_kernel(ask=ask, platform="linux")
    assert asked == ["journalctl", "dmesg"]
    assert [note.pid for note in says.notes] == [4711]


def test_why_nothing_was_read_is_said() -> None:
    assert "cannot be read" in ask_kernel(ask=lambda w: None, platform="linux").why_not
    assert "Only Linux" in ask_kernel(ask=lambda w: OOM, platform="win32").why_not


def test_only_notes_about_the_process_or_the_moment_count() -> None:
    says = ask_kernel(ask=lambda w: "\n".join((OOM, CGROUP, FAULT)), platform="linux")
    moment = says.notes[0].time
    assert [n.pid for n in about(says, pid=4711, around=0)] == [4711]
    assert [n.pid for n in about(says, pid=None, around=moment)] == [4711, 12, 99]
    assert about(says, pid=None, around=moment + 900) == ()
    assert about(says, pid=5, around=moment) == ()
