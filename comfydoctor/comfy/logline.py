"""Reads single lines of a console or a log file."""

import re

from comfydoctor.comfy.text import LINE_LIMIT, clean, one_line
from comfydoctor.model.logline import LogLine

_LEVEL = re.compile(r"\[(DEBUG|DETAIL|INFO|WARNING|ERROR|CRITICAL)\] ?")
_LEVEL_NAMES = {"DEBUG", "DETAIL", "INFO", "WARNING", "ERROR", "CRITICAL"}
_STAMP = re.compile(
    r"\[?(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,6})?)\]?"
    r"(?: - [\w.]{1,60} - (?P<level>[A-Z]{4,8}) - | - | )"
)


def clean_line(raw: str, time: str = "") -> LogLine:
    """Read one console or log file line; knows the prefixes of all versions.

    Since 0.23 a record begins with a coloured ``[LEVEL]``; files of the Manager,
    the Desktop program and ``--verbose`` put the time before the text.
    """
    transient = "\r" in raw and not raw.endswith("\n")
    text = clean(raw, LINE_LIMIT).rstrip().replace("\n", " ")
    stamp = _STAMP.match(text)
    level = ""
    if stamp:
        time = time or stamp[1]
        level = stamp["level"] if stamp["level"] in _LEVEL_NAMES else ""
        text = text[stamp.end() :]
    if found := _LEVEL.match(text):
        level, text = found[1], text[found.end() :]
    return LogLine(text, one_line(time, 40), level, transient)


def clean_lines(text: str, time: str = "") -> tuple[LogLine, ...]:
    """Clean a whole record; its later lines carry the level of the first."""
    lines: list[LogLine] = []
    records = text.removesuffix("\n").split("\n")
    ended = len(records) if text.endswith("\n") else len(records) - 1
    for number, raw in enumerate(records):
        line = clean_line(raw + "\n" if number < ended else raw, time)
        if lines and not line.level:
            line = LogLine(line.text, line.time, lines[-1].level, line.transient)
        lines.append(line)
    return tuple(lines)
