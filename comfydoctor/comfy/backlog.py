"""What was heard and not yet looked at: bounded, drops the oldest, counts."""

import threading
import time
from collections import deque
from collections.abc import Callable

MAX_FRAMES = 2_000
MAX_BYTES = 64 << 20
CALM_AFTER = 5.0
"""Seconds without a drop after which an overflow counts as over."""


class Backlog:
    """Frames on their way from the reading thread to the one that decodes."""

    def __init__(
        self,
        *,
        max_frames: int = MAX_FRAMES,
        max_bytes: int = MAX_BYTES,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._frames: deque[str | bytes] = deque()
        self._max_frames = max_frames
        self._max_bytes = max_bytes
        self._clock = clock
        self._lock = threading.Lock()
        self._bytes = 0
        self._overflow_began: float | None = None
        self._last_drop = 0.0
        self.skipped = 0
        """Frames dropped since the beginning."""

    def put(self, frame: str | bytes) -> bool:
        """Keep a frame, at the price of the oldest; true if it was empty before."""
        with self._lock:
            was_empty = not self._frames
            self._frames.append(frame)
            self._bytes += len(frame)
            while len(self._frames) > 1 and self._is_too_much():
                self._bytes -= len(self._frames.popleft())
                self._count_drop()
            return was_empty

    def _is_too_much(self) -> bool:
        return len(self._frames) > self._max_frames or self._bytes > self._max_bytes

    def _count_drop(self) -> None:
        now = self._clock()
        if self._overflow_began is None or now - self._last_drop > CALM_AFTER:
            self._overflow_began = now
        self._last_drop = now
        self.skipped += 1

    def take(self) -> str | bytes | None:
        """Return the oldest frame, None when there is none."""
        with self._lock:
            if not self._frames:
                return None
            frame = self._frames.popleft()
            self._bytes -= len(frame)
            return frame

    def __len__(self) -> int:
        return len(self._frames)

    @property
    def overflowing(self) -> float:
        """Seconds since which frames have been dropped without a calm moment."""
        with self._lock:
            now = self._clock()
            if self._overflow_began is None or now - self._last_drop > CALM_AFTER:
                return 0.0
            return now - self._overflow_began
