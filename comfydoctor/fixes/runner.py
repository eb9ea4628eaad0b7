"""Plan, approve, look again, note the intent, act, look again, note the end."""

import asyncio
from collections import OrderedDict
from dataclasses import replace

from comfydoctor.errors import (
    DoctorError,
    FixError,
    NotApplicable,
    NotUndoable,
    ReadOnly,
    StalePlan,
)
from comfydoctor.fixes import FIXES
from comfydoctor.fixes.base import Care, Fix, Step
from comfydoctor.fixes.hold_queue import hold_new, holding
from comfydoctor.fixes.ledger import BEGUN, Ledger
from comfydoctor.fixes.looking import second_look, troubled
from comfydoctor.model.fix import (
    EntryState,
    FixOutcome,
    FixResult,
    JournalEntry,
    Plan,
)

SHOWN_PLANS = 50


class Runner:
    """Applies fixes to one server, one at a time.

    Nothing is sent that was not planned, shown and approved by its plan; nothing is
    called done that was not seen to be done; nothing is sent twice by itself.
    """

    def __init__(self, care: Care, fixes: tuple[type[Fix], ...] = FIXES) -> None:
        self.care = care
        self._fixes = {fix.id: fix for fix in fixes}
        self._ledger = Ledger(care)
        self._shown: OrderedDict[str, Plan] = OrderedDict()
        self._turn = asyncio.Lock()

    async def plan(self, fix_id: str, target: str = "") -> Plan:
        """What would be done now. Raises NotApplicable; changes nothing."""
        plan = await self._fix(fix_id).plan(self.care, target)
        self._shown[plan.id] = plan
        while len(self._shown) > SHOWN_PLANS:
            self._shown.popitem(last=False)
        return plan

    async def apply(self, plan: Plan, on_step: Step | None = None) -> FixResult:
        """Carry out exactly this plan.

        Raises StalePlan, ReadOnly or ServerError before anything was sent;
        afterwards it always answers with a result.
        """
        async with self._turn:
            if self._shown.get(plan.id) != plan:
                raise StalePlan(
                    "This plan was not made here, or was applied before.",
                    advice="Plan again, look at it, then apply it.",
                )
            if refusal := self.care.journal.refusal:
                raise ReadOnly(refusal)
            fix = self._fix(plan.fix)
            now = await self._look_again(fix, plan)
            del self._shown[plan.id]
            await self._ledger.begin(now)
            return await self._carry_out(fix, now, on_step or _silent)

    async def undo(self, entry_id: str, on_step: Step | None = None) -> FixResult:
        """Take an action back. Raises NotUndoable."""
        async with self._turn:
            entry = self._undoable(entry_id)
            fix = self._fix(entry.fix)
            await self._ledger.mark(entry, EntryState.UNDOING)
            try:
                trouble = await troubled(fix.undo(self.care, entry, on_step or _silent))
            except FixError:
                await self._ledger.mark(entry, entry.state)
                raise
            verdict = await second_look(
                self.care, lambda: fix.verify_undo(self.care, entry), trouble
            )
            return await self._ledger.end_undo(entry, verdict)

    def unfinished(self) -> tuple[JournalEntry, ...]:
        """Begun on this server, and the end was never noted."""
        return self.care.journal.unfinished(self.care.profile.key)

    async def inspect(self, entry_id: str) -> FixResult:
        """Look how an unfinished action ended. It stays unfinished while unknown."""
        async with self._turn:
            entry = self._own(entry_id)
            if entry.state not in BEGUN:
                raise NotApplicable("This action has come to its end.")
            fix = self._fix(entry.fix)
            if entry.state is EntryState.UNDOING:
                verdict = await second_look(
                    self.care, lambda: fix.verify_undo(self.care, entry), None
                )
                if verdict.outcome is FixOutcome.DONE:
                    return await self._ledger.end_undo(entry, verdict)
                return self._ledger.result(entry, verdict)
            plan = self.care.journal.plan(entry.id)
            verdict = await second_look(
                self.care, lambda: fix.verify(self.care, plan), None
            )
            if verdict.outcome is FixOutcome.UNKNOWN:
                return self._ledger.result(entry, verdict)
            return await self._ledger.end(plan, verdict)

    async def finish(self, entry_id: str, on_step: Step | None = None) -> FixResult:
        """Go on with an unfinished action, where that does no harm."""
        entry = self._own(entry_id)
        if entry.state is EntryState.UNDOING:
            return await self.undo(entry_id, on_step)
        async with self._turn:
            fix = self._fix(entry.fix)
            if entry.state is not EntryState.INTENT or not fix.repeatable:
                raise NotApplicable(
                    "This action must not be done a second time.",
                    advice="Look at how the server stands now and plan anew.",
                )
            plan = self.care.journal.plan(entry.id)
            now = await self._look_again(fix, plan)
            return await self._carry_out(fix, now, on_step or _silent)

    async def hold_new(self) -> int:
        """Park jobs that came while the queue is held; returns how many."""
        async with self._turn:
            entry = holding(self.care)
            return 0 if entry is None else await hold_new(self.care, entry)

    async def give_up(self, entry_id: str) -> None:
        """Leave an unfinished action as it is; its end stays unknown."""
        entry = self._own(entry_id)
        if entry.state in BEGUN:
            await self._ledger.leave(entry)

    def _fix(self, fix_id: str) -> Fix:
        if fix_id not in self._fixes:
            raise NotApplicable(
                f"There is no fix named “{fix_id}”.",
                advice="Known are: " + ", ".join(self._fixes) + ".",
            )
        return self._fixes[fix_id]()

    async def _look_again(self, fix: Fix, plan: Plan) -> Plan:
        """The plan with today's figures; StalePlan when it is another one."""
        try:
            now = await fix.plan(self.care, plan.target)
        except NotApplicable as error:
            raise StalePlan(
                f"The server changed since the plan was made: {error}"
            ) from error
        if not fix.fits(plan, now):
            raise StalePlan(
                "The server changed since the plan was made; nothing was done.",
                advice="Plan again, look at it, then apply it.",
            )
        return replace(now, id=plan.id)

    async def _carry_out(self, fix: Fix, plan: Plan, step: Step) -> FixResult:
        trouble: DoctorError | None = None
        try:
            trouble = await troubled(fix.apply(self.care, plan, step))
        except FixError as error:
            trouble = error
        except asyncio.CancelledError:
            if not fix.stoppable:
                raise  # its end is looked at by `inspect`
        verdict = await second_look(
            self.care, lambda: fix.verify(self.care, plan), trouble
        )
        return await self._ledger.end(plan, verdict)

    def _own(self, entry_id: str) -> JournalEntry:
        entry = self.care.journal.entry(entry_id)
        if entry.server != self.care.profile.key:
            raise NotUndoable(
                f"This was done to another server: {entry.server}.",
                advice="Open that server and undo it there.",
            )
        return entry

    def _undoable(self, entry_id: str) -> JournalEntry:
        entry = self._own(entry_id)
        if entry.state is EntryState.UNDONE:
            raise NotUndoable("This was undone before.")
        if not entry.undo:
            raise NotUndoable(f"“{entry.title}” cannot be undone.")
        if self.care.clock() > entry.expires:
            raise NotUndoable("The 90 days in which it could be undone are over.")
        if refusal := self.care.journal.refusal:
            raise ReadOnly(refusal)
        return entry


def _silent(index: int, text: str) -> None:
    """Nobody wants to hear of steps."""
