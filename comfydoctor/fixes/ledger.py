"""Notes in journal and audit trail how actions began and ended."""

from collections.abc import Callable
from dataclasses import replace

from comfydoctor.errors import StoreError
from comfydoctor.fixes.base import Care, Verdict
from comfydoctor.model.fix import (
    EntryState,
    FixOutcome,
    FixResult,
    JournalEntry,
    Plan,
)

_STATES = {
    FixOutcome.DONE: EntryState.DONE,
    FixOutcome.NOT_DONE: EntryState.NOT_DONE,
    FixOutcome.UNKNOWN: EntryState.UNKNOWN,
}
BEGUN = {EntryState.INTENT, EntryState.UNDOING}


class Ledger:
    """Writes off the event loop; a failure to note never hides what was done."""

    def __init__(self, care: Care) -> None:
        self.care = care

    async def begin(self, plan: Plan) -> None:
        """Note the intent; on return it survives a power cut."""
        await self.care.keep(self.care.journal.intend, plan)

    async def mark(self, entry: JournalEntry, state: EntryState) -> None:
        """Note that an entry stands otherwise now."""
        await self.care.keep(self.care.journal.mark, entry.id, state)

    async def leave(self, entry: JournalEntry) -> None:
        """Note that nobody will look at an unfinished action any more."""
        await self.care.keep(
            self.care.journal.mark, entry.id, EntryState.UNKNOWN, "Left as it was."
        )
        await self._record(entry.title, entry.fix, "left unfinished", "unknown")

    async def end(self, plan: Plan, verdict: Verdict) -> FixResult:
        """Note how an action ended."""
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

    async def end_undo(self, entry: JournalEntry, verdict: Verdict) -> FixResult:
        """Note how an undo ended; ``entry`` is as it was before."""
        state = EntryState.UNDONE
        if verdict.outcome is not FixOutcome.DONE:
            state = EntryState.UNKNOWN if entry.state in BEGUN else entry.state
        journal = self.care.journal
        verdict = await self._noted(
            verdict,
            lambda: journal.mark(entry.id, state, verdict.said),
            (f"Undo: {entry.title}", entry.fix, entry.undo, _told(verdict)),
        )
        return self.result(entry, verdict)

    def result(self, entry: JournalEntry, verdict: Verdict) -> FixResult:
        """What is told of an entry, without noting anything."""
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


def _account(plan: Plan) -> str:
    requests = [step.request for step in plan.steps if step.request]
    return f"{plan.loses} {'; '.join(requests)}".strip()


def _told(verdict: Verdict) -> str:
    return f"{verdict.outcome.value}: {verdict.said}"
