"""Fixes of one server: planned, applied, undone, and the list of what was done."""

import contextlib
import getpass
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from comfydoctor.comfy.client import Client
from comfydoctor.errors import FixError, StoreError
from comfydoctor.fixes.base import Care, nowhere
from comfydoctor.fixes.launching import seen
from comfydoctor.fixes.process import read_process
from comfydoctor.fixes.runner import Runner
from comfydoctor.model.change import ActivityChanged, Change, FixEnded, FixStepped
from comfydoctor.model.fix import FixResult, JournalEntry, Plan

SHOWN = 100


@dataclass(frozen=True)
class Reach:
    """What the fixes of one server may use beside that server."""

    elsewhere: Callable[[str], AbstractAsyncContextManager[Client]] = nowhere
    """Opens another server by its address."""
    command: tuple[str, ...] = ()
    """How the person restarts this server."""


class Treatment:
    """The runner with its announcements."""

    def __init__(self, care: Care, announce: Callable[[Change], None]) -> None:
        care.who = care.who or user_name()
        self.care = care
        self._runner = Runner(care)
        self._announce = announce
        self.activity: tuple[JournalEntry, ...] = ()
        """Our actions on this server, newest first."""
        self.unfinished: tuple[JournalEntry, ...] = ()
        """Begun, and their end is not known."""

    def refresh(self) -> None:
        """Read both lists anew."""
        self.activity = self.care.journal.entries(self.care.profile.key, SHOWN)
        self.unfinished = self._runner.unfinished()
        self._announce(ActivityChanged())

    async def plan(self, fix_id: str, target: str = "") -> Plan:
        """See `Runner.plan`."""
        return await self._runner.plan(fix_id, target)

    async def apply(self, plan: Plan) -> FixResult:
        """See `Runner.apply`."""
        return await self._told(self._runner.apply(plan, self._stepping(plan.id)))

    async def undo(self, entry_id: str) -> FixResult:
        """See `Runner.undo`."""
        return await self._told(self._runner.undo(entry_id, self._stepping(entry_id)))

    async def inspect(self, entry_id: str) -> FixResult:
        """See `Runner.inspect`."""
        return await self._told(self._runner.inspect(entry_id))

    async def finish(self, entry_id: str) -> FixResult:
        """See `Runner.finish`."""
        return await self._told(self._runner.finish(entry_id, self._stepping(entry_id)))

    async def remember_launch(self, pid: int) -> None:
        """Keep how the server's process was started, in case it ends."""
        care = self.care
        with contextlib.suppress(FixError, StoreError):
            running = await care.keep(read_process, pid)
            await care.keep(care.launches.remember, care.profile.key, seen(running))

    async def hold_new(self) -> int:
        """See `Runner.hold_new`."""
        held = await self._runner.hold_new()
        if held:
            self.refresh()
        return held

    async def give_up(self, entry_id: str) -> None:
        """See `Runner.give_up`."""
        await self._runner.give_up(entry_id)
        self.refresh()

    async def _told(self, work: Awaitable[FixResult]) -> FixResult:
        try:
            result = await work
        finally:
            self.refresh()
        self._announce(FixEnded(result))
        return result

    def _stepping(self, plan: str) -> Callable[[int, str], None]:
        return lambda step, text: self._announce(FixStepped(plan, step, text))


def user_name() -> str:
    """The person's login name, for the audit trail; empty where there is none."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""
