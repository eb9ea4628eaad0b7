"""Plan, approve, look again, note the intent, act, look again, note the end."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import replace

from comfydoctor.errors import (
    DoctorError,
    FixError,
    NotApplicable,
    NotUndoable,
    ReadOnly,
    ServerError,
    StalePlan,
    StoreError,
    TimedOut,
)
from comfydoctor.fixes import FIXES
from comfydoctor.fixes.base import Care, Fix, Step, Verdict, not_done, unknown
from comfydoctor.model.fix import (
    EntryState,
    FixOutcome,
    FixResult,
    JournalEntry,
    Plan,
)

LOOKS = (0.0, 1.0, 2.0, 3.0, 4.0)
"""Seconds before each try of a second look, while the server does not answer."""
SHOWN_PLANS = 50
_STATES = {
    FixOutcome.DONE: EntryState.DONE,
    FixOutcome.NOT_DONE: EntryState.NOT_DONE,
    FixOutcome.UNKNOWN: EntryState.UNKNOWN,
}
_BEGUN = {EntryState.INTENT, EntryState.UNDOING}


class Runner:
    """Applies fixes to one server, one at a time.

    Nothing is sent that was not planned, shown and approved by its plan; nothing is
    called done that was not seen to be done; nothing is sent twice by itself.
    """

    def __init__(self, care: Care, fixes: tuple[type[Fix], ...] = FIXES) -> None:
        self.care = care
        self._fixes = {fix.id: fix for fix in fixes}
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
            await self.care.keep(self.care.journal.intend, now)
            return await self._carry_out(fix, now, on_step or _silent)

    async def undo(self, entry_id: str, on_step: Step | None = None) -> FixResult:
        """Take an action back. Raises NotUndoable."""
        async with self._turn:
            entry = self._undoable(entry_id)
            fix, journal = self._fix(entry.fix), self.care.journal
            await self.care.keep(journal.mark, entry.id, EntryState.UNDOING)
            try:
                trouble = await _troubled(
                    fix.undo(self.care, entry, on_step or _silent)
                )
            except FixError:
                await self.care.keep(journal.mark, entry.id, entry.state)
                raise
            verdict = await self._second_look(
                lambda: fix.verify_undo(self.care, entry), trouble
            )
            return await self._end_undo(entry, verdict)

    def unfinished(self) -> tuple[JournalEntry, ...]:
        """Begun on this server, and the end was never noted."""
        return self.care.journal.unfinished(self.care.profile.key)

    async def inspect(self, entry_id: str) -> FixResult:
        """Look how an unfinished action ended. It stays unfinished while unknown."""
        async with self._turn:
            entry = self._own(entry_id)
            if entry.state not in _BEGUN:
                raise NotApplicable("This action has come to its end.")
            fix = self._fix(entry.fix)
            if entry.state is EntryState.UNDOING:
                verdict = await self._second_look(
                    lambda: fix.verify_undo(self.care, entry), None
                )
                if verdict.outcome is FixOutcome.DONE:
                    return await self._end_undo(entry, verdict)
                return self._result(entry, verdict)
            plan = self.care.journal.plan(entry.id)
            verdict = await self._second_look(lambda: fix.verify(self.care, plan), None)
            if verdict.outcome is FixOutcome.UNKNOWN:
                return self._result(entry, verdict)
            return await self._end(plan, verdict)

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

    async def give_up(self, entry_id: str) -> None:
        """Leave an unfinished action as it is; its end stays unknown."""
        entry = self._own(entry_id)
        if entry.state in _BEGUN:
            await self.care.keep(
                self.care.journal.mark, entry.id, EntryState.UNKNOWN, "Left as it was."
            )
            await self._record(entry.title, entry.fix, "left unfinished", "unknown")

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
            trouble = await _troubled(fix.apply(self.care, plan, step))
        except FixError as error:
            trouble = error
        verdict = await self._second_look(lambda: fix.verify(self.care, plan), trouble)
        return await self._end(plan, verdict)

    async def _second_look(
        self,
        look: Callable[[], Awaitable[Verdict]],
        trouble: DoctorError | None,
    ) -> Verdict:
        """The verdict of a look; unknown when there can be none."""
        said = ""
        for pause in LOOKS:
            await self.care.sleep(pause)
            try:
                return _weighed(await look(), trouble)
            except (ServerError, StoreError) as error:
                said = str(error)
        return unknown("Whether it was done could not be seen.", said)

    async def _end(self, plan: Plan, verdict: Verdict) -> FixResult:
        undo = verdict.undo
        if undo is None:
            undo = "" if verdict.outcome is FixOutcome.NOT_DONE else plan.undo
        state = _STATES[verdict.outcome]
        journal = self.care.journal
        verdict = await self._noted(
            verdict,
            lambda: journal.mark(plan.id, state, verdict.said, undo=undo),
            (plan.title, plan.fix, _account(plan), _told(verdict)),
        )
        return FixResult(
            plan=plan.id,
            fix=plan.fix,
            outcome=verdict.outcome,
            said=verdict.said,
            detail=verdict.detail,
            entry=plan.id,
            undoable=bool(undo),
        )

    async def _end_undo(self, entry: JournalEntry, verdict: Verdict) -> FixResult:
        state = EntryState.UNDONE
        if verdict.outcome is not FixOutcome.DONE:
            state = EntryState.UNKNOWN if entry.state in _BEGUN else entry.state
        journal = self.care.journal
        verdict = await self._noted(
            verdict,
            lambda: journal.mark(entry.id, state, verdict.said),
            (f"Undo: {entry.title}", entry.fix, entry.undo, _told(verdict)),
        )
        return self._result(entry, verdict)

    async def _noted(
        self,
        verdict: Verdict,
        mark: Callable[[], None],
        record: tuple[str, str, str, str],
    ) -> Verdict:
        """What was done stays done even where it can no longer be written down."""
        try:
            await self.care.keep(mark)
            await self._record(*record)
        except StoreError as error:
            detail = f"{verdict.detail}\nIt could not be recorded: {error}".strip()
            return replace(verdict, detail=detail)
        return verdict

    async def _record(self, title: str, fix: str, detail: str, result: str) -> None:
        await self.care.keep(
            self.care.audit.append,
            who=self.care.who,
            server=self.care.profile.key,
            action=f"{fix}: {title}",
            detail=detail,
            result=result,
        )

    def _result(self, entry: JournalEntry, verdict: Verdict) -> FixResult:
        undone = verdict.outcome is FixOutcome.DONE
        return FixResult(
            plan=entry.id,
            fix=entry.fix,
            outcome=verdict.outcome,
            said=verdict.said,
            detail=verdict.detail,
            entry=entry.id,
            undoable=bool(entry.undo) and not undone,
        )

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


async def _troubled(work: Awaitable[None]) -> DoctorError | None:
    """What went wrong, if anything; a fix that says it cannot is let through."""
    try:
        await work
    except (ServerError, StoreError) as error:
        return error
    return None


def _weighed(verdict: Verdict, trouble: DoctorError | None) -> Verdict:
    """A verdict in the light of what went wrong on the way.

    After a time-out the server may still act on what it has, so that "not done" is
    not certain then.
    """
    if trouble is None or verdict.outcome is FixOutcome.UNKNOWN:
        return verdict
    if verdict.outcome is FixOutcome.DONE:
        detail = f"The answer was lost ({trouble}), but the look afterwards is clear."
        return replace(verdict, detail=f"{verdict.detail}\n{detail}".strip())
    if isinstance(trouble, TimedOut):
        return unknown(f"{verdict.said} The server may still do it: {trouble}")
    return not_done(
        verdict.said, f"{trouble}\n{verdict.detail}".strip(), undo=verdict.undo
    )


def _account(plan: Plan) -> str:
    requests = [step.request for step in plan.steps if step.request]
    return f"{plan.loses} {'; '.join(requests)}".strip()


def _told(verdict: Verdict) -> str:
    return f"{verdict.outcome.value}: {verdict.said}"
