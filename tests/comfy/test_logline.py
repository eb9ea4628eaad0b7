import pytest

from comfydoctor.comfy.logline import clean_line, clean_lines
from comfydoctor.comfy.text import LINE_LIMIT


@pytest.mark.parametrize(
    ("raw", "level", "text"),
    [
        ("\x1b[32m[INFO]\x1b[0m got prompt\n", "INFO", "got prompt"),
        ("\x1b[1m\x1b[33m[WARNING]\x1b[0m x", "WARNING", "x"),
        ("\x1b[1m\x1b[31m[ERROR]\x1b[0m x", "ERROR", "x"),
        ("\x1b[1m\x1b[35m[CRITICAL]\x1b[0m x", "CRITICAL", "x"),
        ("[DETAIL] x", "DETAIL", "x"),
        ("\x1b[32m[INFO]\x1b[0m \x1b[32mgreen\x1b[0m\n", "INFO", "green"),
        ("got prompt\n", "", "got prompt"),
        ("[ComfyUI-Manager] All done", "", "[ComfyUI-Manager] All done"),
        ("WARNING: old style", "", "WARNING: old style"),
    ],
)
def test_takes_the_level_off_a_log_line(raw, level, text):
    line = clean_line(raw)
    assert (line.level, line.text) == (level, text)


@pytest.mark.parametrize(
    ("raw", "time", "level", "text"),
    [
        (
            "[2025-05-29 22:46:13.716] Starting server",
            "2025-05-29 22:46:13.716",
            "",
            "Starting server",
        ),
        (
            "2024-10-17 15:59:41,866 - root - ERROR - bad",
            "2024-10-17 15:59:41,866",
            "ERROR",
            "bad",
        ),
        (
            "2024-12-09T22:04:25.797855 - got prompt",
            "2024-12-09T22:04:25.797855",
            "",
            "got prompt",
        ),
        (
            "[2026-01-02 03:04:05.678] [WARNING] both",
            "2026-01-02 03:04:05.678",
            "WARNING",
            "both",
        ),
    ],
)
def test_takes_the_time_off_lines_of_files(raw, time, level, text):
    line = clean_line(raw)
    assert (line.time, line.level, line.text) == (time, level, text)


def test_a_progress_bar_is_transient_until_its_line_ends():
    assert clean_line("\r 50%|##  | 2/4").transient
    assert not clean_line("\r100%|####| 4/4\n").transient


def test_later_lines_of_a_record_carry_its_level():
    lines = clean_lines("\x1b[31m[ERROR]\x1b[0m Traceback:\n  File x\nBoom\n")
    assert [line.level for line in lines] == ["ERROR"] * 3
    assert [line.text for line in lines] == ["Traceback:", "  File x", "Boom"]


def test_a_line_without_end_is_cut():
    assert len(clean_line("x" * LINE_LIMIT).text) == LINE_LIMIT
    assert len(clean_line("y" * 1_000_000).text) <= 4096
