"""What a rule asks besides its line: facts, versions and figures."""

import operator
import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from comfydoctor.diagnosis.events import Facts, Figures, Reading, Step
from comfydoctor.diagnosis.loads import shrinking

_ENOUGH_BARS = 3
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


def _compare(text: str, told: Callable[[str], float | None]) -> bool:
    """``free > 4*asked``: false when a figure is not known."""
    found = _FIGURE.match(text)
    left = told(found[1]) if found else None
    if found is None or left is None:
        return False
    right = float(found[3] or 1.0)
    if found[4]:
        other = told(found[4])
        if other is None:
            return False
        right *= other
    return _COMPARE[found[2]](left, right)


def figures_fit(
    wanted: Sequence[str], near: Figures | None, facts: Facts, reading: Reading
) -> bool:
    """Whether all comparisons hold; one with an unknown figure does not."""

    def told(name: str) -> float | None:
        return _figure(name, near, facts, reading)

    return all(_compare(text, told) for text in wanted)


def _figure(
    name: str, near: Figures | None, facts: Facts, reading: Reading
) -> float | None:
    """One figure that a rule may name, None when it is not known."""
    if name in {"ram", "vram"}:
        megabytes = facts.ram_mb if name == "ram" else facts.vram_mb
        return megabytes / 1024 if megabytes else None
    if name == "step":
        return max((step.seconds for step in reading.steps), default=None)
    if name == "job":
        return max((job.seconds for job in reading.jobs), default=None)
    if name == "slowdown":
        return _slowdown(reading.steps)
    if name == "loss":
        loads = shrinking(reading.loads)
        return (loads[0].room_mb - loads[-1].room_mb) / 1024 if loads else None
    value = getattr(near, name, None)
    return value if isinstance(value, float) else None


def _slowdown(steps: Sequence[Step]) -> float | None:
    """How much slower all later bars of one length were than the first."""
    ended = [step for step in steps if step.total > 1]
    if not ended:
        return None
    alike = [step.seconds for step in ended if step.total == ended[0].total]
    if len(alike) < _ENOUGH_BARS or alike[0] <= 0:
        return None
    return min(alike[1:]) / alike[0]
