import subprocess
import sys
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comfydoctor.comfy.text import (
    FIELD_LIMIT,
    TEXT_LIMIT,
    clean,
    one_line,
)

SEQUENCES = {
    # colours and other CSI, 7 and 8 bit
    "\x1b[31mred\x1b[0m": "red",
    "\x1b[1;38;5;208mx": "x",
    "\x1b[38;2;255;0;0mx": "x",
    "\x1b[2J\x1b[Hhome": "home",
    "\x1b[?25lhidden": "hidden",
    "\x1b[?1049hx": "x",
    "\x1b[10;20Rx": "x",
    "\x1b[6nx": "x",
    "\x1b[>0;276;0cx": "x",
    "\x1b[ qx": "x",
    "\x1b[!px": "x",
    "\x1b[1K\x1b[2Kx": "x",
    "\x1b[3Ax\x1b[4B": "x",
    "\x1b[200~paste\x1b[201~": "paste",
    "\x9b31mred\x9b0m": "red",
    "\x9b2Jx": "x",
    "\x9b?25hx": "x",
    "a\x1b[": "a",
    "a\x1b[31": "a",
    # operating system commands: title, clipboard, link, colour, notification
    "\x1b]0;title\x07x": "x",
    "\x1b]2;title\x1b\\x": "x",
    "\x1b]52;c;ZWNobyBoaQ==\x07x": "x",
    "\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\": "link",
    "\x1b]4;1;rgb:ff/00/00\x07x": "x",
    "\x1b]9;hello\x07x": "x",
    "\x1b]1337;File=inline=1:AAAA\x07x": "x",
    "\x9d0;title\x9cx": "x",
    "\x9d52;c;AAAA\x07x": "x",
    "a\x1b]0;never ends\nnext": "a\nnext",
    # device control, application, privacy, start of string
    "\x1bPq#0;2;0;0;0\x1b\\x": "x",
    "\x90q\x9cx": "x",
    "\x1b_app\x1b\\x": "x",
    "\x9fapp\x9cx": "x",
    "\x1b^private\x1b\\x": "x",
    "\x9eprivate\x9cx": "x",
    "\x1bXstring\x1b\\x": "x",
    "\x98string\x9cx": "x",
    # other escapes
    "\x1bcx": "x",
    "\x1b7x\x1b8": "x",
    "\x1b(Bx": "x",
    "\x1b#8x": "x",
    "\x1b=x\x1b>": "x",
    "\x1bMx": "x",
    "a\x1b": "a",
    # control characters
    "a\x00b": "ab",
    "a\x07b": "ab",
    "a\x08b": "ab",
    "a\x0bb\x0cc": "abc",
    "a\x0e\x0fb": "ab",
    "a\x7fb": "ab",
    "a\x80b\x9ac": "abc",
    "a\x85b": "ab",
    "a\tb\nc": "a\tb\nc",
    # what cannot be seen or turns text around
    "a\u202egnp.exe": "agnp.exe",
    "\u202ax\u202b\u202c\u202d": "x",
    "\u2066x\u2067\u2068\u2069": "x",
    "a\u200bb\u200c\u200d": "ab",
    "a\u200eb\u200f": "ab",
    "\ufeffx": "x",
    "a\u00adb": "ab",
    "a\u061cb": "ab",
    "a\u2060b": "ab",
    "a\U000e0041b": "ab",
    # line ends
    "a\r\nb": "a\nb",
    "a\u2028b\u2029c": "a\nb\nc",
    " 0%\r 50%\r100%": "100%",
    "50%\r": "50%",
    # what UTF-8 cannot carry
    "a\ud800b": "a\ufffdb",
}


@pytest.mark.parametrize("dirty", SEQUENCES, ids=ascii)
def test_removes_what_a_terminal_would_obey(dirty):
    assert clean(dirty) == SEQUENCES[dirty]


@settings(max_examples=1000, deadline=None)
@given(st.text(st.characters(max_codepoint=0x2100), max_size=200))
def test_leaves_no_control_character(text):
    kept = clean(text)
    assert not any(
        unicodedata.category(c) in {"Cc", "Cs"} and c not in "\n\t" for c in kept
    )
    assert clean(kept) == kept
    kept.encode()


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=2000))
def test_a_field_stays_on_one_short_line(text):
    field = one_line(text)
    assert len(field) <= FIELD_LIMIT
    assert "\n" not in field
    assert "  " not in field
    assert field == field.strip()


def test_a_spoofed_title_cannot_break_its_line():
    assert one_line("ok\n\nERROR: call\t+1") == "ok ERROR: call +1"


def test_says_how_much_was_cut_off():
    text = clean("x" * 2_000_000)
    assert len(text) < TEXT_LIMIT + 60
    assert text.endswith("(2,000,000 characters in all)")


@pytest.mark.parametrize("piece", ["\x1b", "\x1b[", "\x1b]", "\x9b", "\x90", "\r", "["])
def test_hostile_lines_take_no_time_to_speak_of(piece):
    # A quadratic pattern would need minutes for this and run into the time-out.
    assert len(clean(piece * (TEXT_LIMIT * 2 // len(piece)))) <= TEXT_LIMIT + 60


def test_is_light_to_import():
    code = (
        "import sys; before = set(sys.modules); import comfydoctor.comfy.text;"
        "print(' '.join(set(sys.modules) - before))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    heavy = {"asyncio", "msgspec", "pydantic", "httpx", "websockets", "ssl", "json"}
    assert not heavy & set(loaded)
