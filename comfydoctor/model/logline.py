"""What a ComfyUI console or log file says: raw writes and clean lines."""

from dataclasses import dataclass


@dataclass(frozen=True)
class LogLine:
    """A cleaned line: no colour codes, no level prefix, at most 4 kB.

    ``time`` is the server's own naive local time as text, empty when not known.
    ``level`` is DEBUG, DETAIL, INFO, WARNING, ERROR, CRITICAL or empty.
    ``transient`` marks the state of a progress bar that the next one replaces.
    """

    text: str
    time: str = ""
    level: str = ""
    transient: bool = False


@dataclass(frozen=True)
class LogEntry:
    """One ``write()`` to the server's console, as its ring of 300 keeps it.

    Neither clean nor a line: ``print`` makes two of them, a traceback one.
    """

    t: str
    """The server's own naive local time."""
    m: str
