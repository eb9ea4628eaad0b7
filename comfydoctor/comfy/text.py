"""Makes text of servers, files and logs safe to show, store and match."""

import re

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
