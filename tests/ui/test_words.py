"""Values read as a person would say them."""

import math

import pytest

from comfydoctor.ui import words

GB = 2**30
T = words.THIN


def test_what_is_missing_is_a_dash_never_zero():
    for said in (words.number, words.size, words.share, words.duration):
        assert said(math.nan) == words.DASH
    assert words.duration(None) == words.DASH


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0, f"0{T}B"),
        (18.2 * GB, f"18.2{T}GB"),
        (512, f"512{T}B"),
        (900 * GB, f"900{T}GB"),
    ],
)
def test_sizes_have_the_unit_that_fits(value, said):
    assert words.size(value) == said


def test_a_size_of_a_whole_names_the_unit_once():
    assert words.of_size(18.2 * GB, 24 * GB) == f"18.2 of 24{T}GB"
    assert words.of_size(0.5 * GB, 24 * GB) == f"512{T}MB of 24{T}GB"
    assert words.of_size(1 * GB, math.nan) == f"1.0{T}GB"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (3.24, f"3.2{T}s"),
        (42, f"42{T}s"),
        (80, f"1{T}min 20{T}s"),
        (7500, f"2{T}h 5{T}min"),
    ],
)
def test_durations(seconds, said):
    assert words.duration(seconds) == said


def test_ages():
    assert words.ago(None, 100.0) == ""
    assert words.ago(98.0, 100.0) == "just now"
    assert words.ago(1.0, 301.0) == f"5{T}min ago"


def test_counts_and_numbers():
    assert words.count(1, "job") == "1 job"
    assert words.count(10_001, "job") == f"10{T}001 jobs"


HOSTILE = "a\x00b\x1b[31mc\u202ed\u200be\x9bf\ufeffg"


def test_nothing_invisible_is_shown():
    said = words.shown(HOSTILE)
    assert not words.UNSEEN.search(said)
    assert words.shown("tab\tand\nline") == "tab\tand\nline"


def test_long_text_is_capped_quickly():
    assert len(words.shown("x" * 1_000_000)) == 2000
    assert len(words.one_line("word " * 100_000)) <= 200
    assert words.one_line("a\n\n  b\tc") == "a b c"


def test_an_ampersand_on_a_button_is_not_a_shortcut():
    assert words.button_text("R&D") == "R&&D"


@pytest.mark.parametrize(
    ("text", "free", "rest"),
    [
        ("", True, ""),
        ("Nothing.", True, ""),
        ("Nothing: the jobs are kept.", True, "The jobs are kept."),
        ("Only speed.", False, "Only speed."),
    ],
)
def test_what_is_lost(text, free, rest):
    assert words.losses(text) == (free, rest)
