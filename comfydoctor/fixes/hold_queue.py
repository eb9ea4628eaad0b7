"""Hold the queue: park what waits, and what comes, until it is released."""

from comfydoctor.errors import NotApplicable
from comfydoctor.fixes.base import Care, Step, Verdict, done
from comfydoctor.fixes.parker import Parker
from comfydoctor.fixes.putback import find, park, take_out
from comfydoctor.fixes.words import counted
from comfydoctor.model.fix import EntryState, FixOutcome, JournalEntry, Plan
from comfydoctor.model.job import Queue, QueueItem

WHILE_OPEN = (
    " New jobs are parked too while ComfyDoctor is open; one that comes when nothing "
    "runs starts before it can be parked."
)


class HoldQueue(Parker):
    """The running job goes on. Undo releases: every parked job goes back."""

    id = "hold-queue"
    title = "Hold the queue"
    about = "Parks all waiting jobs and every new one until you release the queue."

    def choose(self, queue: Queue, target: str) -> tuple[QueueItem, ...]:
        return queue.pending

    async def plan(self, care: Care, target: str = "") -> Plan:
        if holding(care) is not None:
            raise NotApplicable(
                "The queue is being held already.", advice="Release it in Activity."
            )
        return await super().plan(care, target)

    def heading(self, items: tuple[QueueItem, ...]) -> str:
        jobs = counted(len(items), "waiting job")
        return f"Hold the queue, {jobs} now" if items else "Hold the queue"

    async def loss(self, care: Care, items: tuple[QueueItem, ...]) -> str:
        return await super().loss(care, items) + WHILE_OPEN

    def fits(self, shown: Plan, now: Plan) -> bool:
        """Whatever waits by then is to be held."""
        return True

    async def apply(self, care: Care, plan: Plan, step: Step) -> None:
        items = (await care.client.queue()).pending
        step(0, plan.steps[0].text)
        await park(care, plan, items)
        step(1, plan.steps[1].text)
        if items:
            await take_out(care, items)
        step(2, plan.steps[2].text)

    async def verify(self, care: Care, plan: Plan) -> Verdict:
        verdict = await super().verify(care, plan)
        if verdict.outcome is not FixOutcome.DONE:
            return verdict
        held = len((await find(care, plan.id)).missing)
        return done(f"The queue is held, {counted(held, 'job')} parked.")


def holding(care: Care) -> JournalEntry | None:
    """The entry that holds this server's queue now."""
    for entry in care.journal.entries(care.profile.key):
        if entry.fix == HoldQueue.id and entry.state is EntryState.DONE and entry.undo:
            return entry
    return None


async def hold_new(care: Care, entry: JournalEntry) -> int:
    """Park the jobs that came since; returns how many."""
    parked = {p.item.id for p in care.parking.load(entry.id).items}
    queue = await care.client.queue()
    fresh = [item for item in queue.pending if item.id not in parked]
    if fresh:
        await care.keep(care.parking.add, entry.id, tuple(fresh))
    waiting = [item for item in queue.pending if item.id in parked] + fresh
    if waiting:
        await take_out(care, waiting)
    return len(fresh)
