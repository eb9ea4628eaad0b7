"""A chart that is built wrongly is refused, with the file and the place."""

import re
from pathlib import Path

import pytest

from comfydoctor.content.flowcharts import load_chart, load_charts
from comfydoctor.errors import ContentError

GOOD = """
id = "good"
title = "Good"
symptom = "It is good"
group = "run"
start = "ask"

[[node]]
id = "ask"
kind = "ask"
title = "Is it?"
[[node.answer]]
id = "yes"
text = "Yes"
to = "end"

[[node]]
id = "end"
kind = "end"
title = "It is"
ending = "resolved"
"""
LONELY = """
[[node]]
id = "lonely"
kind = "end"
title = "Nobody comes here"
ending = "resolved"
"""
ROUND = """
[[node]]
id = "round"
kind = "ask"
title = "Again?"
[[node.answer]]
id = "yes"
text = "Yes"
to = "round"
"""
TWICE = """
[[node.answer]]
id = "yes"
text = "Yes"
to = "end"
"""
JUMP = """
[[node]]
id = "jump"
kind = "chart"
title = "Go on"
chart = "{}"
"""


def written(folder: Path, text: str, name: str = "good") -> Path:
    path = folder / "flowcharts" / f"{name}.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def jumping(name: str, to: str) -> str:
    text = GOOD.replace('"good"', f'"{name}"', 1).replace('to = "end"', 'to = "jump"')
    return text[: text.rindex("[[node]]")] + JUMP.format(to)


def test_a_good_chart_is_read(tmp_path: Path) -> None:
    chart = load_chart(written(tmp_path, GOOD))
    assert chart.at("ask").answer[0].to == "end"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('start = "ask"', 'start = "none"', "no node 'none' to start at"),
        ('to = "end"', 'to = "nowhere"', "leads to 'nowhere'"),
        ('text = "Yes"', "", "has no words"),
        ('kind = "ask"', 'kind = "fix"', "its answers must be"),
        ('kind = "ask"', 'kind = "guess"', "node.0.kind"),
        ('title = "It is"', 'titel = "It is"', "node.1.title"),
        (
            'ending = "resolved"',
            'ending = "cause"',
            "it names no cause, and does not tell one",
        ),
        ('ending = "resolved"', "", "'ending' is missing"),
        ('id = "end"', 'id = "ask"', "twice"),
        ('id = "good"', 'id = "other"', "is not the file's name"),
        ('title = "Good"', "title = ", "Invalid value"),
        ("[[node.answer]]", TWICE + "[[node.answer]]", "two answers have one id"),
        ("[[node]]", LONELY + "[[node]]", "no way leads to it"),
    ],
)
def test_a_wrong_chart_is_refused(tmp_path: Path, old, new, says) -> None:
    path = written(tmp_path, GOOD.replace(old, new, 1))
    with pytest.raises(ContentError, match=re.escape(says)) as raised:
        load_chart(path)
    assert str(path) in str(raised.value)


def test_a_question_without_an_end_is_refused(tmp_path: Path) -> None:
    text = GOOD.replace('to = "end"', 'to = "round"') + ROUND
    text = text.replace(GOOD[GOOD.rindex("[[node]]") :], "")
    with pytest.raises(ContentError, match="no end can be reached"):
        load_chart(written(tmp_path, text))


def test_jumps_lead_somewhere_and_never_in_a_circle(tmp_path: Path) -> None:
    written(tmp_path, jumping("one", "two"), "one")
    with pytest.raises(ContentError, match=r"one: no chart \['two'\]"):
        load_charts(tmp_path)
    written(tmp_path, jumping("two", "one"), "two")
    with pytest.raises(ContentError, match="in a circle"):
        load_charts(tmp_path)
