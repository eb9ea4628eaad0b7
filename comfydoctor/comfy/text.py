"""Makes text of servers, files and logs safe to show, store and match."""

import re

from comfydoctor.model.logline import LogLine

TEXT_LIMIT = 64_000
"""Characters of a message, a traceback or a log block that are kept at most."""
LINE_LIMIT = 4_000
"""Characters of one log line; longer ones freeze text widgets and patterns."""
FIELD_LIMIT = 200
"""Characters of a one-line field: a title, a name, an id."""

_CSI = r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"
# An operating system command that never ends must not swallow the next lines.
_OSC = r"(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)?"
_ESCAPE = r"\x1b[ -/]*[0-~]?"
_CONTROL = r"[\x00-\x08\x0b-\x1f\x7f-\x9f]"
# Soft hyphen, zero width, direction overrides, byte order mark, tag characters.
_UNSEEN = (
    r"[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    r"\U000e0000-\U000e007f]"
)
_UNWANTED = re.compile("|".join((_CSI, _OSC, _ESCAPE, _CONTROL, _UNSEEN)))
_LINE_BREAKS = str.maketrans({"\u2028": "\n", "\u2029": "\n"})
_SURROGATE = re.compile("[\ud800-\udfff]")
_LEVEL = re.compile(r"\[(DEBUG|DETAIL|INFO|WARNING|ERROR|CRITICAL)\] ?")
_LEVEL_NAMES = {"DEBUG", "DETAIL", "INFO", "WARNING", "ERROR", "CRITICAL"}
_STAMP = re.compile(
    r"\[?(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,6})?)\]?"
    r"(?: - [\w.]{1,60} - (?P<level>[A-Z]{4,8}) - | - | )"
)


def clean(text: str, limit: int = TEXT_LIMIT) -> str:
    """Keep plain text; of all control characters only tabs and newlines.

    A carriage return shows what a terminal would show: the last state of its
    line. What is cut off is said at the end.
    """
    # Sequences vanish, so a longer piece is looked at; it stays bounded.
    return elide(_plain(text[: limit * 2]), limit, len(text))


def _plain(text: str) -> str:
    text = text.translate(_LINE_BREAKS).replace("\r\n", "\n")
    if "\r" in text:
        text = "\n".join(_last_state(line) for line in text.split("\n"))
    return _SURROGATE.sub("\ufffd", _UNWANTED.sub("", text))


def elide(text: str, limit: int, length: int = 0) -> str:
    """Keep at most ``limit`` characters, and note how many there were."""
    if len(text) <= limit and length <= limit * 2:
        return text
    return f"{text[:limit]} … ({max(length, len(text)):,} characters in all)"


def _last_state(line: str) -> str:
    states = [state for state in line.split("\r") if state]
    return states[-1] if states else ""


def one_line(text: str, limit: int = FIELD_LIMIT) -> str:
    """Put a field on one line, white space collapsed, elided with ``…``."""
    flat = " ".join(_plain(text[: limit * 4]).split())
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"


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
