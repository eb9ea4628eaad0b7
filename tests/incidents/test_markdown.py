"""Markdown of words that others wrote does nothing but show them."""

from comfydoctor.incidents.markdown import plain, to_markdown
from tests.incidents.dossiers import DOSSIER, hostile


def test_it_is_short_and_says_what_matters():
    text = to_markdown(DOSSIER)
    for words in ("It leaks", "Free memory", "pass: Is there room?", "22 → 6"):
        assert words in text


def test_markup_of_others_is_escaped():
    assert plain("# [x](http://y) *b* <i>") == r"\# \[x\]\(http://y\) \*b\* \<i\>"
    head = to_markdown(hostile()).splitlines()[0]
    assert "<script" not in head.replace("\\<", "")
