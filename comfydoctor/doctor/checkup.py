"""One check-up: every probe that applies, with all that is known already."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from comfydoctor.comfy.client import Client
from comfydoctor.diagnosis.check import run_probes
from comfydoctor.diagnosis.probe import Look
from comfydoctor.diagnosis.probes import PROBES
from comfydoctor.diagnosis.signatures import Matcher
from comfydoctor.doctor.meeting import Acquaintance
from comfydoctor.model.installation import Installation
from comfydoctor.model.logline import LogLine
from comfydoctor.model.probe import ProbeResult
from comfydoctor.telemetry.series import History

KEPT = 25.0
"""Seconds for which the server's files are not read again between check-ups: to find
them all processes of the computer are looked through."""


@dataclass(frozen=True)
class Circumstances:
    """What a check-up may use."""

    known: Acquaintance
    lines: Sequence[LogLine]
    series: History
    matcher: Matcher
    workflow: dict[str, object] | None = None
    may_write: bool = False
    """Whether a probe may write a small file into a folder and take it away again."""


class Checkup:
    """Runs the probes; two check-ups of one server never run side by side."""

    def __init__(
        self,
        client: Client,
        *,
        wall: Callable[[], float],
        steady: Callable[[], float],
    ) -> None:
        self._client = client
        self._wall = wall
        self._steady = steady
        self._turn = asyncio.Lock()
        self._read: tuple[float, int | None, Installation] | None = None
        """When the server's files were read last, and of which process."""

    async def run(
        self,
        given: Circumstances,
        on_result: Callable[[ProbeResult], None] | None = None,
        only: Collection[str] | None = None,
    ) -> tuple[ProbeResult, ...]:
        """Results in the order of the registry; ``on_result`` as they come.

        ``only`` names the probes to run; all of them when it is None.
        """
        wanted = [probe for probe in PROBES if only is None or probe.id in only]
        async with self._turn:
            look = self._look(given, fresh=only is None)
            try:
                results = await run_probes(look, wanted, on_result=on_result)
                await self._remember(look)
                return results
            finally:
                look.answers.forget()

    async def _remember(self, look: Look) -> None:
        """Keep what was read of its files for the next looks."""
        found = await look.home.installation()
        if found is not None and found is not look.installation:
            self._read = self._steady(), look.home.pid, found

    def _remembered(self, pid: int | None) -> Installation | None:
        if self._read is None:
            return None
        when, whose, found = self._read
        old = self._steady() - when > KEPT or whose != pid
        return None if old else found

    def _look(self, given: Circumstances, *, fresh: bool) -> Look:
        known = given.known
        pid = known.whereabouts.pid if known.whereabouts else None
        return Look(
            client=self._client,
            info=known.info,
            manager=known.manager,
            folders=known.folders,
            where=known.whereabouts,
            log_lines=tuple(given.lines),
            matcher=given.matcher,
            latest=given.series.last,
            workflow=given.workflow,
            clock=self._wall,
            steady=self._steady,
            sleep=asyncio.sleep,
            installation=None if fresh else self._remembered(pid),
            may_write=given.may_write,
        )
