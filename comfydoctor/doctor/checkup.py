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
from comfydoctor.model.logline import LogLine
from comfydoctor.model.probe import ProbeResult
from comfydoctor.telemetry.series import History


@dataclass(frozen=True)
class Circumstances:
    """What a check-up may use."""

    known: Acquaintance
    lines: Sequence[LogLine]
    series: History
    matcher: Matcher
    workflow: dict[str, object] | None = None


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
            look = self._look(given)
            try:
                return await run_probes(look, wanted, on_result=on_result)
            finally:
                look.answers.forget()

    def _look(self, given: Circumstances) -> Look:
        known = given.known
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
        )
