"""Raw bytes or text -> cleaned, numbered lines, whatever wrote the log."""

import codecs
import html
import json
import re
from collections.abc import Iterable, Iterator

from comfydoctor.comfy.text import clean as plain
from comfydoctor.diagnosis.events import Line
from comfydoctor.diagnosis.foreign import in_english

LONGEST = 4096
"""Characters of one line that are looked at in one piece."""
_OVERLAP = 200

_STAMP = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?"
_LEVEL = r"DEBUG|DETAIL|INFO|WARNING|WARN|ERROR|CRITICAL"
# What shells, loggers and service managers put before ComfyUI's own words.
_PREFIX = re.compile(
    r"(?:"
    r"(?P<compose>[A-Za-z][\w.-]{1,40} +\| ?)"
    r"|(?P<journal>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \S+ [\w./@-]+(?:\[\d+\])?: )"
    r"|(?P<swarm>\d\d:\d\d:\d\d\.\d{3} \[\w{4,8}\] "
    r"(?:\S+ on port \d+ std(?:err|out): |\[ComfyUI-\d+/STD(?:ERR|OUT)\] )?)"
    r"|(?P<quote>> )"
    rf"|(?P<time>\[?{_STAMP}\]?)"
    rf"(?: - (?P<logger>[\w.]+) - (?P<l1>{_LEVEL}) - | (?P<l4>{_LEVEL}) +"
    r"| std(?:out|err) [FP] | - | ?)"
    rf"|\d\d:\d\d:\d\d \| (?P<l5>{_LEVEL}) *\| [\w.:<>-]{{1,80}} [|-] ?"
    rf"|\[(?P<l2>{_LEVEL}|info|warn|error|debug)\] ?"
    rf"|(?P<l3>{_LEVEL}):(?:root|[a-z][\w.]*):"
    r")"
)
_DOCKER = '{"log":"'
_ENTITY = re.compile(r"&(?:quot|lt|gt|amp|#x?27|#39|#34|nbsp);")
_LEVELS = ("l1", "l2", "l3", "l4", "l5")
_MAY_PREFIX = frozenset(
    ">[ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
)


def clean(raw: str, number: int) -> Line:
    """One raw line without colours, prefixes and the bar states it overwrote."""
    text = raw.rstrip("\r\n")
    if text.startswith(_DOCKER):
        text = _of_docker(text)
    if not text.isprintable():
        text = plain(text, LONGEST)
    level = time = ""
    for _ in range(3):
        found = _prefix(text)
        if not found:
            break
        level = next((found[name] for name in _LEVELS if found[name]), level)
        time = time or (found["time"] or "").strip("[]")
        text = text[found.end() :]
    return Line(number, _readable(text), _level(level), time)


def cleaned(raw: Iterable[tuple[int, str]]) -> Iterator[Line]:
    """Clean numbered lines; over-long ones come in overlapping pieces."""
    for number, text in raw:
        if len(text) <= LONGEST:
            yield clean(text, number)
            continue
        for start in range(0, min(len(text), 64 * LONGEST), LONGEST - _OVERLAP):
            yield clean(text[start : start + LONGEST], number)


def numbered(text: str) -> Iterator[tuple[int, str]]:
    """Lines of a text with their numbers."""
    return enumerate(text.replace("\r\n", "\n").split("\n"), 1)


def decode(data: bytes) -> str:
    """Text of a log file: UTF-8, or UTF-16 as Windows shells write it.

    Never fails: what is no text in that encoding becomes U+FFFD.
    """
    return data.decode(encoding_of(data[:4096]), errors="replace")


def encoding_of(head: bytes) -> str:
    """The encoding of a log by its first bytes; PowerShell's ``>`` makes UTF-16."""
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if head[1::2].count(0) > len(head) // 5:
        return "utf-16-le"
    if head[::2].count(0) > len(head) // 5:
        return "utf-16-be"
    return "utf-8"


def _readable(text: str) -> str:
    """Without what a web page made of it, the system's words in English."""
    if "&" in text and _ENTITY.search(text):
        text = html.unescape(text)
    if "rrno " in text or "rror " in text or not text.isascii():
        text = in_english(text)
    return text


def _of_docker(text: str) -> str:
    """What a container printed, from a line of Docker's own log files."""
    try:
        said = json.loads(text)["log"]
    except (ValueError, KeyError, RecursionError):
        return text
    return said.rstrip("\r\n") if isinstance(said, str) else text


def _prefix(text: str) -> re.Match[str] | None:
    if not text or text[0] not in _MAY_PREFIX:
        return None
    return _PREFIX.match(text)


def _level(word: str) -> str:
    word = word.upper()
    return "WARNING" if word == "WARN" else word
