"""From the files of a dead ComfyUI to what ended it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from comfydoctor.comfy.install.find import read_folder
from comfydoctor.content.catalogue import Catalogue
from comfydoctor.diagnosis.crash import (
    CrashReport,
    Surroundings,
    Trace,
    examine_crash,
)
from comfydoctor.diagnosis.crashkernel import KernelSays, read_kernel
from comfydoctor.diagnosis.crashport import PortHolder
from comfydoctor.diagnosis.signatures import Matcher
from comfydoctor.model.finding import Confidence, Severity
from tests.comfy.install.trees import write

DATA = Path(__file__).parents[1] / "data/crash"
ALONE = Surroundings(holder=lambda port: None, kernel=KernelSays)
CAUSES = {
    "syntax-error": "start-stopped-by-error",
    "missing-dependency": "wrong-python-environment",
    "missing-torch": "wrong-python-environment",
    "port-in-use": "port-in-use",
    "kill-job": "server-ended-without-word",
    "os-exit": "server-ended-without-word",
    "ctrl-c": "server-was-stopped",
    "full-disk": "server-ended-without-word",
}


@pytest.fixture(scope="module")
def matcher() -> Iterator[Matcher]:
    yield Matcher(Catalogue())


def dead(
    folder: Path,
    matcher: Matcher,
    trace: Trace = Trace(lives=False),  # noqa: B008 - frozen
    around: Surroundings = ALONE,
) -> CrashReport:
    found = read_folder(folder, running=lambda: ())
    assert found is not None
    return examine_crash(found, matcher, trace, around)


def laid(folder: Path, case: str) -> Path:
    (folder / "custom_nodes").mkdir(exist_ok=True, parents=True)
    write(folder / "server.log", (DATA / f"{case}.log").read_text("utf-8"))
    return folder


@pytest.mark.parametrize("version", ["0.3.64", "0.33.0"])
@pytest.mark.parametrize("case", CAUSES)
def test_real_deaths_are_named(
    tmp_path: Path, matcher: Matcher, version: str, case: str
) -> None:
    report = dead(laid(tmp_path, f"{version}-{case}"), matcher)
    assert report.findings[0].cause == CAUSES[case]
    assert report.deadly >= 1
    assert report.findings[0].evidence[0].source == "file:server.log"
    assert report.findings[0].confidence >= Confidence.LIKELY


def test_a_crash_that_printed_its_stack_is_one_of_native_code(
    tmp_path: Path, matcher: Matcher
) -> None:
    report = dead(laid(tmp_path, "0.33.0-segfault"), matcher)
    assert [f.cause for f in report.findings[:1]] == ["native-crash"]
    assert "Fatal Python error" in report.findings[0].evidence[0].text


def test_a_crash_below_a_node_pack_names_the_pack(
    tmp_path: Path, matcher: Matcher
) -> None:
    laid(tmp_path, "0.33.0-kill-job")
    with (tmp_path / "server.log").open("a") as file:
        file.write(
            "Fatal Python error: Segmentation fault\n\n"
            "Thread 0x00007f0a (most recent call first):\n"
            '  File "/c/custom_nodes/ComfyUI-Fast/kernel.py", line 9 in run\n'
            '  File "/c/execution.py", line 300 in process_inputs\n'
        )
    report = dead(tmp_path, matcher)
    assert report.findings[0].key == "native-crash-in-pack:ComfyUI-Fast"
    assert "ComfyUI-Fast" in report.findings[0].explanation


def test_the_first_lines_of_a_start_that_failed_name_error_and_place(
    tmp_path: Path, matcher: Matcher
) -> None:
    report = dead(laid(tmp_path, "0.33.0-syntax-error"), matcher)
    assert "SyntaxError: invalid syntax (execution.py, line" in (
        report.findings[0].explanation
    )


def test_full_memory_is_proven_by_the_kernel(tmp_path: Path, matcher: Matcher) -> None:
    laid(tmp_path, "0.33.0-kill-job")
    line = "Out of memory: Killed process 4711 (python3) total-vm:1kB, anon-rss:2kB"
    kernel = KernelSays(tuple(read_kernel(line)))
    around = Surroundings(holder=lambda port: None, kernel=lambda: kernel)
    trace = Trace(pid=4711, lives=False, exit_code=-9)
    finding = dead(tmp_path, matcher, trace, around).findings[0]
    assert finding.cause == "ram-exhausted-oom-killer"
    assert finding.confidence is Confidence.CERTAIN
    assert [e.source for e in finding.evidence][:2] == ["kernel", "exit code"]


def test_a_kill_without_proof_is_not_called_full_memory(
    tmp_path: Path, matcher: Matcher
) -> None:
    laid(tmp_path, "0.33.0-kill-job")
    report = dead(tmp_path, matcher, Trace(lives=False, exit_code=137))
    assert report.findings[0].cause == "server-ended-without-word"
    assert any("SIGKILL" in e.text for e in report.findings[0].evidence)


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        (2, "bad-start-flag"),
        (0xC0000135, "vc-redist-missing"),
        (-1073741819, "native-crash"),
        (0, "server-was-stopped"),
    ],
)
def test_an_exit_code_explains_a_log_that_just_ends(
    tmp_path: Path, matcher: Matcher, code: int, cause: str
) -> None:
    laid(tmp_path, "0.33.0-kill-job")
    report = dead(tmp_path, matcher, Trace(lives=False, exit_code=code))
    assert report.findings[0].cause == cause
    assert report.findings[0].confidence <= Confidence.LIKELY


def test_the_launcher_s_log_gives_the_exit_code(
    tmp_path: Path, matcher: Matcher
) -> None:
    laid(tmp_path, "0.33.0-kill-job")
    found = read_folder(tmp_path, running=lambda: ())
    assert found is not None
    write(tmp_path / "app/main.log", "Python exited with code 3221225477\n")
    from dataclasses import replace

    from comfydoctor.comfy.install.logs import find_logs

    logs = find_logs(folders=[tmp_path], launcher_folders=[tmp_path / "app"])
    report = examine_crash(
        replace(found, logs=logs), matcher, Trace(lives=False), ALONE
    )
    assert report.exit and report.exit.shown == "0xC0000005"
    assert report.findings[0].cause == "native-crash"


def test_the_holder_of_a_taken_port_is_named(tmp_path: Path, matcher: Matcher) -> None:
    laid(tmp_path, "0.33.0-port-in-use")
    holder = PortHolder(8753, 42, "node", "me", is_comfyui=False)
    around = Surroundings(holder=lambda port: holder, kernel=KernelSays)
    finding = dead(tmp_path, matcher, Trace(port=8753), around).findings[0]
    assert "node (process 42 of me)" in finding.explanation
    assert ("system", holder.says) in [(e.source, e.text) for e in finding.evidence]


def test_a_process_that_still_starts_is_not_called_dead(
    tmp_path: Path, matcher: Matcher
) -> None:
    laid(tmp_path, "0.33.0-port-in-use")
    text = (tmp_path / "server.log").read_text("utf-8").partition("Import times")[0]
    write(tmp_path / "server.log", text)
    report = dead(tmp_path, matcher, Trace(lives=True))
    assert report.findings[0].cause == "server-still-starting"
    assert report.findings[0].severity is Severity.INFO


def test_a_pack_that_fails_to_load_is_not_what_ended_the_server(
    tmp_path: Path, matcher: Matcher
) -> None:
    laid(tmp_path, "0.33.0-kill-job")
    text = (tmp_path / "server.log").read_text("utf-8")
    broken = (
        "Traceback (most recent call last):\n"
        '  File "/c/custom_nodes/x/__init__.py", line 1, in <module>\n'
        "    import nosuch\nModuleNotFoundError: No module named 'nosuch'\n\n"
        "Cannot import /c/custom_nodes/x module for custom nodes: "
        "No module named 'nosuch'\n"
    )
    head, sign, rest = text.partition("Import times")
    write(tmp_path / "server.log", head + broken + sign + rest)
    report = dead(tmp_path, matcher)
    assert report.findings[0].cause == "server-ended-without-word"
    assert report.deadly == 1
    assert "node-deps-not-installed" in {f.cause for f in report.findings[1:]}


def test_what_changed_shortly_before_is_evidence(
    tmp_path: Path, matcher: Matcher
) -> None:
    laid(tmp_path, "0.33.0-kill-job")
    (tmp_path / "custom_nodes/new-pack").mkdir()
    finding = dead(tmp_path, matcher, Trace(lives=False)).findings[0]
    when = (tmp_path / "server.log").stat().st_mtime
    os.utime(tmp_path / "custom_nodes/new-pack", (when - 60, when - 60))
    finding = dead(tmp_path, matcher, Trace(lives=False)).findings[0]
    assert any(
        e.source == "what changed" and "new-pack" in e.text for e in finding.evidence
    )


def test_no_log_is_said_plainly(tmp_path: Path, matcher: Matcher) -> None:
    (tmp_path / "custom_nodes").mkdir()
    report = dead(tmp_path, matcher)
    assert (report.log, report.findings) == (None, ())
    assert "not known" in report.headline


def test_the_newest_of_several_logs_is_read_and_older_runs_are_not(
    tmp_path: Path, matcher: Matcher
) -> None:
    laid(tmp_path, "0.33.0-ctrl-c")
    old = write(tmp_path / "user/comfyui.prev.log", "Killed\n")
    new = write(
        tmp_path / "user/comfyui.log",
        (DATA / "0.33.0-syntax-error.log").read_text("utf-8"),
    )
    os.utime(tmp_path / "server.log", (1e9, 1e9))
    os.utime(old, (2e9, 2e9))
    os.utime(new, (1.9e9, 1.9e9))
    report = dead(tmp_path, matcher)
    assert report.log and report.log.path == str(new)
    assert report.findings[0].cause == "start-stopped-by-error"
