"""What a rule asks besides its line: facts, versions and figures."""

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from comfydoctor.diagnosis.events import Facts, Figures, Reading, Step

_ENOUGH_BARS = 3
_FIGURE_NAMES = (
    "asked",
    "total",
    "free",
    "allocated",
    "reserved",
    "others",
    "fill",
    "rest",
)
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
}
_FIGURE = re.compile(r"(\w+) *(<=|>=|<|>) *(?:([\d.]+) *\*? *)?([a-z]+)?$")


@lru_cache(maxsize=2048)
def _regex(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def has(pattern: str, text: str) -> bool:
    """Whether the pattern is found in a text that is known at all."""
    return bool(text) and _regex(pattern).search(text) is not None


def fact_fits(facts: Facts, name: str, wanted: str) -> bool:
    """Whether a fact is known and as wanted: a pattern, ``!pattern`` or ``>=1.2``."""
    value = str(getattr(facts, name))
    if name in {"version", "torch", "python"} and wanted[:1] in "<>=":
        return bool(value) and _version_fits(value, wanted)
    if wanted.startswith("!"):
        return bool(value) and not has(wanted[1:], value)
    return has(wanted, value)


def _version_fits(value: str, wanted: str) -> bool:
    found = re.match(r"(<=|>=|<|>|=)(.+)", wanted)
    if not found:
        return False
    have, want = _numbers(value), _numbers(found[2])
    if found[1] == "=":
        return have[: len(want)] == want
    return _COMPARE[found[1]](have, want)  # type: ignore[arg-type]


def _numbers(version: str) -> tuple[int, ...]:
    head = re.match(r"\d+(?:\.\d+)*", version)
    return tuple(int(part[:9]) for part in head[0].split(".")) if head else ()


def _compare(text: str, told: Mapping[str, float]) -> bool:
    """``free > 4*asked``: false when a figure is not known."""
    found = _FIGURE.match(text)
    if not found or found[1] not in told or (found[4] and found[4] not in told):
        return False
    right = float(found[3] or 1.0) * (told[found[4]] if found[4] else 1.0)
    return _COMPARE[found[2]](told[found[1]], right)


def figures_fit(
    wanted: Sequence[str], near: Figures | None, facts: Facts, reading: Reading
) -> bool:
    """Whether all comparisons hold; one with an unknown figure does not."""
    told = _told(near, facts, reading)
    return all(_compare(text, told) for text in wanted)


def _told(near: Figures | None, facts: Facts, reading: Reading) -> dict[str, float]:
    """All the figures that a rule may name, as far as they are known."""
    told: dict[str, float | None] = {
        name: getattr(near, name, None) for name in _FIGURE_NAMES
    }
    told["ram"] = facts.ram_mb / 1024 if facts.ram_mb else None
    told["vram"] = facts.vram_mb / 1024 if facts.vram_mb else None
    told["step"] = max((s.seconds for s in reading.steps), default=None)
    told["slowdown"] = _slowdown(reading.steps)
    told["job"] = max((j.seconds for j in reading.jobs), default=None)
    return {name: value for name, value in told.items() if value is not None}


def _slowdown(steps: Sequence[Step]) -> float | None:
    """How much slower all later bars of one length were than the first."""
    ended = [step for step in steps if step.total > 1]
    if not ended:
        return None
    alike = [step.seconds for step in ended if step.total == ended[0].total]
    if len(alike) < _ENOUGH_BARS or alike[0] <= 0:
        return None
    return min(alike[1:]) / alike[0]
