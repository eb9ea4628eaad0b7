"""Exit codes that launchers, shells and service managers wrote into a log."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from comfydoctor.diagnosis.events import Line
from comfydoctor.diagnosis.exitcode import ExitMeaning, from_signal, meaning_of

_CODE = re.compile(
    r"\b(?:exit(?:ed|s)?|returned|terminated|closed|finished)\b[^0-9\n-]{0,40}?"
    r"\b(?:code|status|exitcode)[\s:=(]{1,3}(?:is )?"
    r"(?P<code>-?\d{1,10}|0x[0-9a-fA-F]{8})\b",
    re.IGNORECASE,
)
_STATUS = re.compile(
    r"code=(?:killed|dumped), status=(?P<signal>\d{1,2})/"
    r"|code=exited, status=(?P<status>\d{1,3})/"
)
_SHELL = re.compile(
    r"(?:^|: |\d )(?P<word>Killed|Segmentation fault|Aborted|Bus error|"
    r"Illegal instruction|Terminated|Hangup|Floating point exception)"
    r"(?: +\(core dumped\))?(?: {2,}.*| python.*)?$"
)
_WORDS = {
    "Killed": 9,
    "Segmentation fault": 11,
    "Aborted": 6,
    "Bus error": 7,
    "Illegal instruction": 4,
    "Terminated": 15,
    "Hangup": 1,
    "Floating point exception": 8,
}
_HINT = re.compile(r"code|status|Killed|fault|Abort|Bus|Illegal|Termin|Hangup|Floating")
_LONGEST = 400


@dataclass(frozen=True)
class ExitSeen:
    """A line that tells how a process ended."""

    line: Line
    meaning: ExitMeaning


def last_exit(lines: Iterable[Line]) -> ExitSeen | None:
    """The last line that names the end of a process."""
    found: ExitSeen | None = None
    for line in lines:
        if len(line.text) <= _LONGEST and _HINT.search(line.text):
            found = _read(line) or found
    return found


def _read(line: Line) -> ExitSeen | None:
    if told := _STATUS.search(line.text):
        if told["signal"]:
            return ExitSeen(line, from_signal(int(told["signal"])))
        return ExitSeen(line, meaning_of(int(told["status"])))
    if told := _CODE.search(line.text):
        return ExitSeen(line, meaning_of(int(told["code"], 0)))
    if told := _SHELL.search(line.text.strip()):
        return ExitSeen(line, from_signal(_WORDS[told["word"]]))
    return None
