"""Values as words: sizes, times, shares; and the last guard on text of others."""

import math
import re

UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]"
)
DASH = "–"
THIN = "\u202f"
ELLIPSIS = "…"


def shown(text: object, limit: int = 2000) -> str:
    """Text of others as it may stand on screen: capped, nothing invisible in it.

    The core cleans what it reads; this guards the last step.
    """
    said = str(text)
    if len(said) > limit:
        said = said[: limit - 1] + ELLIPSIS
    return UNSEEN.sub("", said)


def one_line(text: object, limit: int = 200) -> str:
    """The same on one line, with runs of blanks as one."""
    return shown(" ".join(str(text)[: 4 * limit].split()), limit)


def button_text(text: object, limit: int = 60) -> str:
    """The same for buttons and menus, where & marks a shortcut."""
    return one_line(text, limit).replace("&", "&&")


def number(value: float, digits: int = 0) -> str:
    """A figure, or a dash where there is none."""
    return DASH if math.isnan(value) else f"{value:,.{digits}f}".replace(",", THIN)


def size(value: float) -> str:
    """``18.2 GB``; binary gigabytes, as graphics cards are sold."""
    if math.isnan(value):
        return DASH
    for unit, step in (("TB", 2**40), ("GB", 2**30), ("MB", 2**20), ("kB", 2**10)):
        if abs(value) >= step:
            amount = value / step
            return f"{amount:.{1 if amount < 100 else 0}f}{THIN}{unit}"
    return f"{value:.0f}{THIN}B"


def of_size(used: float, total: float) -> str:
    """``18.2 of 24 GB``; the unit once when both share it."""
    if math.isnan(used) or math.isnan(total) or total <= 0:
        return size(used)
    first, second = size(used), size(total)
    if first.endswith(second[-2:]):
        first = first[:-3]
    return f"{first} of {second.replace('.0', '')}"


def share(value: float) -> str:
    """``71 %``."""
    return DASH if math.isnan(value) else f"{value:.0f}{THIN}%"


def duration(seconds: float | None) -> str:
    """``8 s``, ``1 min 20 s``, ``2 h 5 min``, ``3 days``."""
    if seconds is None or math.isnan(seconds):
        return DASH
    if seconds < 10:
        return f"{seconds:.1f}{THIN}s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole}{THIN}s"
    if whole < 3600:
        return _pair(whole // 60, "min", whole % 60, "s")
    if whole < 48 * 3600:
        return _pair(whole // 3600, "h", whole % 3600 // 60, "min")
    return f"{whole // 86400} days"


def _pair(large: int, large_unit: str, small: int, small_unit: str) -> str:
    first = f"{large}{THIN}{large_unit}"
    return f"{first} {small}{THIN}{small_unit}" if small else first


def ago(then: float | None, now: float) -> str:
    """``just now``, ``4 min ago``; empty when the time is not known."""
    if not then:
        return ""
    passed = now - then
    if passed < 10:
        return "just now"
    if passed < 60:
        return "under a minute ago"
    if passed < 3600:
        return f"{int(passed // 60)}{THIN}min ago"
    if passed < 48 * 3600:
        return f"{int(passed // 3600)}{THIN}h ago"
    return f"{int(passed // 86400)} days ago"


NOTHING = "nothing"


def losses(text: str) -> tuple[bool, str]:
    """Whether nothing is lost, and the words beside that."""
    said = shown(text, 400).strip()
    if not said.casefold().startswith(NOTHING) and said:
        return False, said
    rest = said[len(NOTHING) :].lstrip(" .:,;")
    return True, rest[:1].upper() + rest[1:]


def span(low: float, high: float) -> str:
    """``about 2 s``, or ``2 s to 1 min``."""
    if high - low < 1 or low <= 0:
        return f"up to {duration(high)}"
    return f"{duration(low)} to {duration(high)}"


def count(amount: int, one: str, many: str = "") -> str:
    """``1 job``, ``5 jobs``."""
    return f"{number(amount)} {one if amount == 1 else many or one + 's'}"


def short_id(job_id: str) -> str:
    """The first part of a long id, enough to tell jobs apart."""
    said = one_line(job_id, 40)
    return said[:8] if len(said) > 12 else said


def device_name(name: str) -> str:
    """``NVIDIA GeForce RTX 4090`` of ComfyUI's longer device string."""
    said = one_line(name, 80)
    for before in ("cuda:0 ", "cuda:1 ", "xpu:0 "):
        said = said.removeprefix(before)
    return said.split(" : ")[0].removeprefix("NVIDIA ").removeprefix("GeForce ")
