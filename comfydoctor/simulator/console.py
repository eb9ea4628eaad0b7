"""The server's console: what is printed, the ring of 300 writes, its subscribers."""

from collections import deque
from collections.abc import Callable
from datetime import datetime
from typing import Any

from comfydoctor.simulator.pace import Pace
from comfydoctor.simulator.version import Version

RING = 300
COLOURS = {
    "DEBUG": "\x1b[36m[DEBUG]\x1b[0m",
    "INFO": "\x1b[32m[INFO]\x1b[0m",
    "WARNING": "\x1b[1m\x1b[33m[WARNING]\x1b[0m",
    "ERROR": "\x1b[1m\x1b[31m[ERROR]\x1b[0m",
    "CRITICAL": "\x1b[1m\x1b[35m[CRITICAL]\x1b[0m",
}
Entry = dict[str, str]
Deliver = Callable[[str, dict[str, Any], str], None]


class Console:
    """stdout and stderr of one process, kept as ComfyUI's log interceptor keeps them.

    A ring of write() calls, not of lines; a write that begins with a carriage
    return replaces the unfinished one before it (app/logger.py).
    """

    def __init__(self, version: Version, pace: Pace, deliver: Deliver) -> None:
        self._levels = version.since(0, 23)
        self._pace = pace
        self._deliver = deliver
        self._unsent: dict[str, list[Entry]] = {"out": [], "err": []}
        self.ring: deque[Entry] = deque(maxlen=RING)
        self.subscribers: set[str] = set()

    def write(self, text: str, stream: str = "err") -> None:
        """Write once, not flushed yet."""
        stamp = datetime.fromtimestamp(self._pace.now()).isoformat(
            timespec="microseconds"
        )
        entry = {"t": stamp, "m": text}
        self._unsent[stream].append(entry)
        unfinished = self.ring and not self.ring[-1]["m"].endswith("\n")
        if text.startswith("\r") and unfinished:
            self.ring.pop()
        self.ring.append(entry)

    def flush(self, stream: str = "err") -> None:
        """Send what was written since the last flush to the subscribers."""
        entries = self._unsent[stream]
        self._unsent[stream] = []
        if not entries:
            return
        for client in sorted(self.subscribers):
            self._deliver("logs", {"entries": entries, "size": None}, client)

    def print(self, text: str) -> None:
        """Print as a node does: the text and the line end are two writes."""
        self.write(text, "out")
        self.write("\n", "out")
        self.flush("out")

    def bar(self, text: str) -> None:
        """One state of a progress bar."""
        self.write("\r" + text)
        self.flush()

    def bar_end(self, text: str) -> None:
        """The last state: tqdm checks its stream with an empty write first."""
        self.write("")
        self.bar(text)
        self.write("\n")
        self.flush()

    def log(self, text: str, level: str = "INFO") -> None:
        """One record of ``logging``, with colour and level since 0.23.0."""
        prefix = COLOURS[level] + " " if self._levels else ""
        self.write(f"{prefix}{text}\n")
        self.flush()

    def info(self, text: str) -> None:
        self.log(text, "INFO")

    def warning(self, text: str) -> None:
        self.log(text, "WARNING")

    def error(self, text: str) -> None:
        self.log(text, "ERROR")

    def executed(self, seconds: float) -> None:
        """The line that ends every job, failed ones too."""
        if seconds > 600:
            whole = int(seconds)
            clock = f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}"
            text = f"Prompt executed in {clock}"
        else:
            text = f"Prompt executed in {seconds:.2f} seconds"
        self.info(f"\x1b[32m{text}\x1b[0m" if self._levels else text)

    def text(self) -> str:
        """What ``GET /internal/logs`` answers."""
        return "".join(f"{entry['t']} - {entry['m']}" for entry in self.ring)
