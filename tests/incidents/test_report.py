"""A report says everything, and hostile words in it stay words."""

import re
from dataclasses import replace
from html.parser import HTMLParser

from comfydoctor.incidents.report import POLICY, to_html, utc
from tests.incidents.dossiers import DOSSIER, hostile

ALLOWED = {
    *("html", "head", "meta", "title", "style", "body", "h1", "h2", "h3", "p", "div"),
    *("pre", "table", "tr", "td", "th", "ul", "li", "br", "span", "strong"),
    *("figure", "figcaption", "svg", "polyline"),
}


class Seen(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.sources = set(), []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.sources += [v for k, v in attrs if k in {"src", "href"} or k[:2] == "on"]


def test_everything_known_is_in_it():
    text = to_html(DOSSIER)
    for words in (
        "It leaks",
        "Memory is not given back.",
        "log, line 7",
        "Free memory",
        "Which memory?",
        "looked up",
        "22 → 6",
        "Is there room?",
        "RuntimeError",
        "20.0 s",
        "Poster",
        "got prompt",
        "It began at noon.",
        "GPU load gpu0",
    ):
        assert words in text, words


def test_nothing_from_outside_and_no_script():
    seen = Seen(to_html(hostile()))
    assert seen.tags <= ALLOWED
    assert seen.sources == []
    assert f'content="{POLICY}"' in to_html(DOSSIER)


def test_a_gap_in_a_curve_stays_a_gap():
    assert to_html(DOSSIER).count("<polyline") == 2


def test_a_demo_is_said_to_be_one():
    text = to_html(replace(DOSSIER, simulated="out-of-memory"))
    assert "Simulated: this is a demo" in text


def test_when_nothing_is_wrong_that_is_said():
    assert "Nothing wrong was found." in to_html(replace(DOSSIER, findings=()))


def test_times_are_utc_and_unknown_ones_empty():
    assert re.fullmatch(r"2026-\d\d-\d\d \d\d:\d\d:\d\d UTC", utc(DOSSIER.made))
    assert utc(None) == utc(0.0) == utc(float("nan")) == ""
