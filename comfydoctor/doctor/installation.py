"""Watches what the files of a local server tell while it does not answer.

As soon as a server of this computer is gone, or never comes up, its log is read; what
ended it stands on the board until it answers again.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable

from comfydoctor.comfy.install.find import installation_of
from comfydoctor.diagnosis.board import Board
from comfydoctor.diagnosis.crash import CrashReport
from comfydoctor.diagnosis.signatures import Matcher
from comfydoctor.doctor.abodes import Abode, abode_of
from comfydoctor.doctor.deathbed import examine_address, is_local
from comfydoctor.doctor.meeting import Acquaintance
from comfydoctor.host.local import Place
from comfydoctor.model.change import Change, ConnectionChanged
from comfydoctor.model.finding import Finding
from comfydoctor.model.installation import Installation
from comfydoctor.model.server import Reach, ServerProfile

SETTLE = 0.5
"""Seconds after a server is gone until its log is read: it may still be written."""
AGAIN = 5.0
"""Seconds between looks while it stays away; a start may fail again and again."""
_HOMELESS = 12
"""So many times longer while no installation is known: to search costs more."""
Say = Callable[[Change], None]

log = logging.getLogger(__name__)


class LocalWatch:
    """Knows the installation of one server, and looks into its files when it is gone.

    Lives on the core's loop; files are read aside. A server elsewhere, or a simulated
    one, is left alone.
    """

    def __init__(
        self,
        profile: ServerProfile,
        board: Board,
        announce: Say,
        *,
        abode: Callable[[], Abode | None] = lambda: None,
        keep: Callable[[Abode], None] | None = None,
        settled: Callable[[Acquaintance, Installation | None], None] | None = None,
        explain: Callable[[CrashReport], Awaitable[tuple[Finding, ...]]] | None = None,
        wall: Callable[[], float] = time.time,
        settle: float = SETTLE,
        again: float = AGAIN,
    ) -> None:
        self.installation: Installation | None = None
        """What was read of it when it was last met."""
        self._profile = profile
        self._board = board
        self._announce = announce
        self._remembered = abode
        self._abode: Abode | None = None
        self._keep = keep
        self._settled = settled
        self._explain = explain
        self._wall = wall
        self._settle = settle
        self._again = again
        self._reach = Reach.STOPPED
        self._elsewhere = False
        self._has_home = True
        """Whether an installation was found for the address."""
        self._met: Acquaintance | None = None
        self._wake = asyncio.Event()
        self._shown: set[str] = set()

    def met(self, known: Acquaintance) -> None:
        """The server told who it is."""
        self._met = known
        self._wake.set()

    def on_change(self, change: Change) -> None:
        """Note whether the server is heard."""
        if isinstance(change, ConnectionChanged):
            before, self._reach = self._reach, change.connection.reach
            if before is not self._reach:
                self._wake.set()

    async def run(self, matcher: Callable[[], Awaitable[Matcher]]) -> None:
        """Look when there is reason, until cancelled."""
        while True:
            await self._reason()
            if self._met is not None:
                await self._settle_in(self._met)
            if self._reach is Reach.CONNECTED:
                self._resolve(set())
            elif self._reach is Reach.DOWN and not self._elsewhere:
                await asyncio.sleep(self._settle)
                await self._look(await matcher())

    async def _reason(self) -> None:
        """Wait for news; while it is gone, not longer than a while."""
        gone = self._reach is Reach.DOWN and not self._elsewhere
        with contextlib.suppress(TimeoutError):
            pause = self._again * (1 if self._has_home else _HOMELESS)
            async with asyncio.timeout(pause if gone else None):
                await self._wake.wait()
        self._wake.clear()

    async def _settle_in(self, known: Acquaintance) -> None:
        """Read the installation of a server that was just met."""
        self._met = None
        where = known.whereabouts
        self._elsewhere = bool(known.info.simulated) or where.place is Place.ELSEWHERE
        found = None
        if where.pid is not None and not self._elsewhere:
            found = await self._read(where.pid)
        if found is not None:
            await self._move_in(found, where.pid)
        if self._settled is not None:
            self._settled(known, found)

    async def _read(self, pid: int) -> Installation | None:
        try:
            return await asyncio.to_thread(installation_of, pid)
        except OSError as error:
            log.warning("the installation cannot be read: %s", error)
            return None

    async def _move_in(self, found: Installation, pid: int | None) -> None:
        """Remember where the server lives, for when it is gone."""
        self.installation = found
        self._abode = abode_of(found, pid, self._wall())
        if self._keep is not None:
            await asyncio.to_thread(self._keep, self._abode)

    async def _look(self, matcher: Matcher) -> None:
        """Read what its files tell, and put it on the board."""
        if self._reach is not Reach.DOWN:
            return
        url = self._profile.url
        if not await asyncio.to_thread(is_local, url):
            self._elsewhere = True
            return
        if self._abode is None:
            self._abode = await asyncio.to_thread(self._remembered)
        try:
            report = await examine_address(url, matcher, self._abode)
        except OSError as error:
            log.warning("the files of %s cannot be read: %s", url, error)
            return
        self._has_home = report is not None
        if report is None or self._reach is not Reach.DOWN:
            return
        findings = report.findings[: report.deadly]
        if self._explain is not None:
            findings = await self._explain(report)
        self._resolve({finding.key for finding in findings})
        for finding in findings:
            self._say(self._board.report(finding, lasts=True))

    def _resolve(self, stays: set[str]) -> None:
        """Close what is no longer so."""
        for key in self._shown - stays:
            self._say(self._board.resolve(key))
        self._shown = stays

    def _say(self, change: Change | None) -> None:
        if change is not None:
            self._announce(change)
