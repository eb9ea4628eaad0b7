"""The open problems of one server: no duplicates, no flapping, worst first."""

from collections.abc import Callable
from dataclasses import replace

from comfydoctor.model.change import (
    Change,
    FindingOpened,
    FindingResolved,
    FindingUpdated,
)
from comfydoctor.model.finding import Finding, FindingState

MOST = 200
"""Open findings kept; a hostile server must not fill our memory with them."""


class Board:
    """Findings by their key; lives on one thread.

    Reporting and resolving are idempotent: a change is returned only when
    something changed that a person would see.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._open: dict[str, Finding] = {}
        self._ignored: dict[str, str] = {}
        """Key, and the server version for which it is ignored."""

    def report(
        self, finding: Finding, version: str = "", *, lasts: bool = False
    ) -> Change | None:
        """A problem was seen; ``version`` is the server's, for ignored ones.

        ``lasts``: it is a state that goes on, so it is not counted each time.
        """
        if self._is_ignored(finding.key, version):
            return None
        now = self._clock()
        known = self._open.get(finding.key)
        if known is None:
            return self._start(finding, now)
        seen = replace(
            finding,
            since=known.since,
            last_seen=now,
            count=known.count + (0 if lasts else 1),
            state=FindingState.OPEN,
        )
        self._open[finding.key] = seen
        return FindingUpdated(seen) if _differs(known, seen) else None

    def resolve(self, key: str) -> Change | None:
        """A problem is gone; nothing happens when it was not open."""
        known = self._open.pop(key, None)
        if known is None:
            return None
        return FindingResolved(
            replace(known, state=FindingState.RESOLVED, last_seen=self._clock())
        )

    def ignore(self, key: str, version: str) -> Change | None:
        """Say no more about it until the server's version is another one."""
        self._ignored[key] = version
        known = self._open.pop(key, None)
        if known is None:
            return None
        return FindingResolved(replace(known, state=FindingState.IGNORED))

    def open(self) -> tuple[Finding, ...]:
        """Open findings, worst first, then surest, then newest."""
        return tuple(sorted(self._open.values(), key=_order))

    def get(self, key: str) -> Finding | None:
        """One open finding."""
        return self._open.get(key)

    def _start(self, finding: Finding, now: float) -> Change | None:
        if len(self._open) >= MOST:
            mildest = max(self._open.values(), key=_order)
            if _order(mildest) <= _order(finding):
                return None
            del self._open[mildest.key]
        opened = replace(
            finding, since=now, last_seen=now, count=1, state=FindingState.OPEN
        )
        self._open[finding.key] = opened
        return FindingOpened(opened)

    def _is_ignored(self, key: str, version: str) -> bool:
        if key not in self._ignored:
            return False
        if self._ignored[key] == version:
            return True
        del self._ignored[key]
        return False


def _order(finding: Finding) -> tuple[int, int, float, str]:
    return -finding.severity, -finding.confidence, -finding.since, finding.key


def _differs(before: Finding, now: Finding) -> bool:
    """Whether a person would see something else: when and how often do not count."""
    same = replace(
        now, since=before.since, last_seen=before.last_seen, count=before.count
    )
    return same != before
