"""Judges what a pattern captured: numbers in a ratio, a file among choices."""

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

from comfydoctor.content.schema import Rule

_CHOICES = re.compile(r"'([^']{1,300})'")
_ALIKE = 0.62
_TOLERANCE = 0.02


def captured_fits(rule: Rule, match: re.Match[str]) -> bool:
    """Whether the captures are what the rule wants; true when it wants nothing."""
    if rule.ratio and not _in_ratio(rule.ratio, match):
        return False
    return not rule.choice or _among(rule.choice, match)


def nearest(wanted: str, offered: Iterable[str]) -> str:
    """The offered name most like ``wanted``, or empty when none is alike."""
    scored = [(_likeness(wanted, name), name) for name in offered]
    best = max(scored, default=(0.0, ""))
    return best[1] if best[0] >= _ALIKE else ""


def _in_ratio(ratio: float, match: re.Match[str]) -> bool:
    numbers = [float(match[name]) for name in ("a", "b")]
    low, high = min(numbers), max(numbers)
    return low > 0 and abs(high / low - ratio) < _TOLERANCE


def _among(kind: str, match: re.Match[str]) -> bool:
    wanted = match["file"]
    offered = _CHOICES.findall(match.string[match.end() :])
    if any(_base(name) == _base(wanted) for name in offered):
        return kind == "same"
    return kind == "similar" and bool(nearest(wanted, offered))


def _likeness(wanted: str, name: str) -> float:
    one, other = _stem(wanted), _stem(name)
    if one == other:
        return 1.0
    if min(len(one), len(other)) >= 8 and (one in other or other in one):
        return 0.9
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _base(name: str) -> str:
    return name.replace("\\", "/").rpartition("/")[2].lower()


def _stem(name: str) -> str:
    """The bare name, without folder, ending, case and punctuation."""
    return re.sub(r"[\W_]+", "", _base(name).rpartition(".")[0])
