"""Examines one server: whole check-ups by themselves or on demand, and the patrol."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import replace

from comfydoctor.diagnosis.signatures import Matcher
from comfydoctor.doctor.checkup import Checkup, Circumstances
from comfydoctor.doctor.meeting import Acquaintance
from comfydoctor.doctor.patrol import Patrol, pause
from comfydoctor.doctor.report import CheckReport
from comfydoctor.doctor.watching import Clocks, Watch
from comfydoctor.errors import ServerError
from comfydoctor.model.probe import ProbeResult

CHECK_EVERY = 600.0
CHECK_AGAIN = 30.0
"""Seconds until a check-up that the server did not answer is tried again."""


class Examining:
    """Runs the probes, and puts what they find on the board of the watch."""

    def __init__(
        self,
        watch: Watch,
        *,
        matcher: Callable[[], Awaitable[Matcher]],
        clocks: Clocks,
        before: Callable[[], Awaitable[None]],
    ) -> None:
        """``before``: what is looked at first, whenever a check-up is due."""
        self._watch = watch
        self._matcher = matcher
        self._before = before
        self._known: Acquaintance | None = None
        self._checkup = Checkup(watch.client, wall=clocks.wall, steady=clocks.steady)
        self.patrol = Patrol(self._glance, self._take, steady=clocks.steady)

    def met(self, known: Acquaintance) -> None:
        """The server told who it is."""
        self._known = known
        self.patrol.met()

    async def check(
        self,
        *,
        workflow: dict[str, object] | None = None,
        on_result: Callable[[ProbeResult], None] | None = None,
        only: Collection[str] | None = None,
        may_write: bool = False,
    ) -> CheckReport:
        """Run every probe that applies, or ``only`` those named.

        Raises ServerError when nobody answers.
        """
        watch = self._watch
        known = await watch.meet(was_lost=False)
        matcher = await self._matcher()
        watch.reactions.learn(matcher)
        given = self._given(known, matcher)
        given = replace(given, workflow=workflow, may_write=may_write)
        results = await self._checkup.run(given, on_result, only)
        self.patrol.told(results)
        watch.reactions.on_checked(results)
        return CheckReport(
            watch.profile,
            watch.state.info,
            watch.state.manager,
            results,
            watch.board.open(),
        )

    async def run(self) -> None:
        """Check once the server was met, every ten minutes and after each loss.

        In between the patrol looks at what changes by itself.
        """
        leave = self._watch.on_change(self.patrol.on_change)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._check_now_and_then(), name="check-ups")
                group.create_task(self.patrol.run(), name="patrol")
        finally:
            leave()

    async def _check_now_and_then(self) -> None:
        while True:
            await self._watch.met.wait()
            wait = CHECK_AGAIN
            with contextlib.suppress(ServerError):
                await self._before()
                await self.check()
                wait = CHECK_EVERY
            await pause(self.patrol.again, wait)

    async def _glance(self, only: Collection[str]) -> tuple[ProbeResult, ...]:
        """A few probes with what is known anyway: nobody is met for them."""
        if self._known is None:
            return ()
        info = self._watch.state.info or self._known.info
        given = self._given(replace(self._known, info=info), await self._matcher())
        return await self._checkup.run(given, None, only)

    def _given(self, known: Acquaintance, matcher: Matcher) -> Circumstances:
        watch = self._watch
        return Circumstances(known, tuple(watch.fresh), watch.series, matcher)

    def _take(self, results: Sequence[ProbeResult]) -> None:
        self._watch.reactions.on_checked(results)
