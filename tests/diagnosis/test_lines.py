"""Raw log text of any kind -> clean lines."""

import pytest

from comfydoctor.diagnosis.lines import clean, cleaned, decode, numbered


@pytest.mark.parametrize(
    ("raw", "text", "level"),
    [
        ("\x1b[1m\x1b[31m[ERROR]\x1b[0m boom", "boom", "ERROR"),
        ("[WARNING] take care", "take care", "WARNING"),
        ("ERROR:root:Failed to validate", "Failed to validate", "ERROR"),
        ("2024-10-17 15:59:41,866 - root - ERROR - no", "no", "ERROR"),
        ("2024-12-09T22:04:25.797855 - got prompt", "got prompt", ""),
        ("[2025-05-29 22:46:13.716] Got an OOM", "Got an OOM", ""),
        ("[2024-12-13 22:31:20.325] [error] Error creating", "Error creating", "ERROR"),
        ("comfyui-rocm  | Loading 1 new model", "Loading 1 new model", ""),
        ('comfyui  |   File "/app/a.py", line 1', '  File "/app/a.py", line 1', ""),
        ("Nov 25 03:04:05 box comfyui[77]: got prompt", "got prompt", ""),
        ("  0%|   | 0/4\r 25%|#  | 1/4\r 50%|## | 2/4", " 50%|## | 2/4", ""),
        ("a\u202eb\x00c", "abc", ""),
        ("11:47:06.416 [Warning] ComfyUI-0 on port 7821 stderr: boom", "boom", ""),
        ("06:10:10.586 [Warning] [ComfyUI-0/STDERR] boom", "boom", ""),
        ("2026-04-06 15:45:27,406 ERROR boom", "boom", "ERROR"),
        ("2026-04-06T15:45:27.4061234Z stderr F boom", "boom", ""),
        ("10:19:56 | INFO     | - | boom", "boom", "INFO"),
        ("> boom", "boom", ""),
        ("No module named &#39;cv2&#39;", "No module named 'cv2'", ""),
        (
            '{"log":"\\u001b[31m[ERROR]\\u001b[0m boom\\n","stream":"stderr"}',
            "boom",
            "ERROR",
        ),
        ('{"log":"cut off in the mid', '{"log":"cut off in the mid', ""),
        (
            "[WinError 5] Zugriff verweigert: 'a'",
            "[WinError 5] Access is denied: 'a'",
            "",
        ),
        ("100%|##########| 4/4", "100%|##########| 4/4", ""),
    ],
)
def test_prefixes_colours_and_bars_go(raw: str, text: str, level: str) -> None:
    line = clean(raw, 7)
    assert (line.text, line.level, line.number) == (text, level, 7)


def test_the_time_is_kept() -> None:
    assert clean("[2025-05-29 22:46:13.716] x", 1).time == "2025-05-29 22:46:13.716"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_any_encoding_of_a_shell_is_read(encoding: str) -> None:
    assert decode("got prompt\nCUDA ü".encode(encoding)).endswith("CUDA ü")


def test_an_endless_line_comes_in_overlapping_pieces() -> None:
    pieces = list(cleaned(numbered("x" * 5000 + "needle" + "y" * 5000)))
    assert {piece.number for piece in pieces} == {1}
    assert max(len(piece.text) for piece in pieces) <= 4096
    assert any("needle" in piece.text for piece in pieces)
