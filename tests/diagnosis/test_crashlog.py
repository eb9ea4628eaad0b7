"""The last life in logs of real servers that died, and in made ones."""

import time
from pathlib import Path

import pytest

from comfydoctor.diagnosis.crashlog import TAIL, End, Stage, read_last_life

DATA = Path(__file__).parents[1] / "data/crash"
ENDS = {
    "syntax-error": (End.ERROR, {Stage.MODULES}),
    "missing-dependency": (End.ERROR, {Stage.NOTHING, Stage.MODULES}),
    "missing-torch": (End.ERROR, {Stage.NOTHING, Stage.MODULES}),
    "kill-job": (End.SILENT, {Stage.JOB}),
    "os-exit": (End.SILENT, {Stage.JOB}),
    "ctrl-c": (End.STOPPED, {Stage.IDLE}),
    "full-disk": (End.SILENT, {Stage.IDLE}),
}


@pytest.mark.parametrize("path", sorted(DATA.glob("*.log")), ids=lambda p: p.stem)
def test_real_logs_end_as_they_ended(path: Path) -> None:
    version, _, case = path.stem.partition("-")
    life = read_last_life(path)
    assert life.lives == 1
    if case in ENDS:
        end, stages = ENDS[case]
        assert (life.end, life.stage in stages) == (end, True), life.stage
    elif case == "port-in-use":
        assert life.stage is Stage.OPENING
        assert not life.came_up
    else:
        assert life.end is (End.FATAL if version == "0.33.0" else End.SILENT)


def test_only_the_last_of_several_lives_counts(tmp_path: Path) -> None:
    first = (DATA / "0.3.64-syntax-error.log").read_text("utf-8")
    second = (DATA / "0.3.64-kill-job.log").read_text("utf-8")
    file = tmp_path / "x.log"
    file.write_text(first + second, "utf-8")
    life = read_last_life(file)
    assert (life.end, life.lives) == (End.SILENT, 2)
    assert life.last_lines[-1].number == len((first + second).splitlines())


def test_line_numbers_of_a_long_log_are_those_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "x.log"
    many = "a line of no importance\n" * (TAIL // 12)
    file.write_text(
        many + "Traceback (most recent call last):\nValueError: x\n", "utf-8"
    )
    life = read_last_life(file)
    assert life.reading.lines[-1].number == TAIL // 12 + 2
    assert len(life.reading.lines) < TAIL // 12


def test_a_utf16_log_of_windows_is_read(tmp_path: Path) -> None:
    file = tmp_path / "x.log"
    text = (DATA / "0.33.0-ctrl-c.log").read_text("utf-8")
    file.write_bytes(text.encode("utf-16"))
    assert read_last_life(file).end is End.STOPPED


def test_an_empty_log_tells_nothing(tmp_path: Path) -> None:
    (tmp_path / "x.log").write_bytes(b"\n\n")
    life = read_last_life(tmp_path / "x.log")
    assert (life.end, life.stage) == (End.EMPTY, Stage.NOTHING)
    assert life.last_lines == ()


def test_a_failed_job_before_the_end_is_not_the_end(tmp_path: Path) -> None:
    file = tmp_path / "x.log"
    file.write_text(
        "To see the GUI go to: http://x\ngot prompt\n"
        "!!! Exception during processing !!! bad\nTraceback (most recent call last):\n"
        '  File "/c/execution.py", line 1, in x\n    y\nValueError: bad\n\n'
        "Prompt executed in 0.10 seconds\n",
        "utf-8",
    )
    life = read_last_life(file)
    assert (life.end, life.stage) == (End.SILENT, Stage.IDLE)


def test_words_of_the_shell_are_taken_as_the_end(tmp_path: Path) -> None:
    file = tmp_path / "x.log"
    file.write_text("To see the GUI go to: http://x\ngot prompt\nKilled\n", "utf-8")
    life = read_last_life(file)
    assert life.end is End.SAID
    assert life.exit and life.exit.meaning.name == "SIGKILL"


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "line",
    ["\n", "Stopped server\n", "Checkpoint files will always be loaded safely.\n"],
)
def test_a_log_of_one_line_again_and_again_takes_no_square_of_time(
    tmp_path: Path, line: str
) -> None:
    def cost(lines: int) -> float:
        (tmp_path / "x.log").write_text("Killed\n" + line * lines, "utf-8")
        began = time.process_time()
        read_last_life(tmp_path / "x.log")
        return time.process_time() - began

    few, many = cost(2_000), cost(16_000)
    assert many < 30 * max(few, 0.005)
