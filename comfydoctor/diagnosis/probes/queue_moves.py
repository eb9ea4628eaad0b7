"""Does the queue move, or is ComfyUI's worker stuck?"""

import math
import re

from comfydoctor.comfy.worker import Worker, WorkerState, WorkerWatch
from comfydoctor.diagnosis.events import Line, Reading
from comfydoctor.diagnosis.from_worker import finding_of_worker
from comfydoctor.diagnosis.machine import Machine
from comfydoctor.diagnosis.probe import Look, Probe
from comfydoctor.diagnosis.stillness import (
    Stillness,
    began,
    judge,
    last_sign,
    offset_here,
    offset_there,
    unix_of,
)
from comfydoctor.errors import ServerError
from comfydoctor.host.local import Place
from comfydoctor.model.finding import Confidence, Evidence
from comfydoctor.model.job import Job, Queue, QueueItem
from comfydoctor.model.logline import LogEntry
from comfydoctor.model.probe import ProbeResult

PAUSE = 3.0
"""Seconds between the two looks; a living worker takes the next job within two."""
_DIED = re.compile(r"Exception in thread Thread-\d+ \(prompt_worker\)")
_IN_JOB = re.compile(r'execution\.py", line \d+, in \w+')
_DEPTH = 40
_ENDED = "Prompt executed in"


class QueueMoves(Probe):
    """Two looks at the queue, and between them at the console and the machine."""

    id = "queue-moves"
    timeout = 40.0

    async def run(self, look: Look) -> ProbeResult:
        if worker := said_dead(await look.reading()):
            return self._told(look, worker, "The console says that the worker died.")
        first = await look.answers.queue()
        if not first.remaining:
            return self.result("The queue is empty.")
        watch = WorkerWatch(look.steady)
        watch.queue_seen(first)
        machine = Machine(look)
        await machine.begin()
        await look.sleep(PAUSE)
        second = await look.client.queue()
        watch.queue_seen(second)
        if not _same_job(first, second):
            return self._by_queue(look, watch.verdict(), second)
        still = await _stillness(look, second.running[0], machine)
        return self._by_stillness(look, judge(still), still)

    def _by_queue(self, look: Look, worker: Worker, queue: Queue) -> ProbeResult:
        if worker.state is WorkerState.DEAD:
            detail = f"{len(queue.pending)} jobs wait and none runs."
            return self._told(look, worker, detail)
        if queue.remaining:
            return self.result(f"It moves; {queue.remaining} jobs are in it.")
        return self.result("It moved on and is empty now.")

    def _by_stillness(
        self, look: Look, worker: Worker, still: Stillness
    ) -> ProbeResult:
        detail = f"A job has been running{_for(still.runs)}"
        if worker.state is not WorkerState.WORKING:
            words = f"{detail}, silent for {still.silent:.0f} s."
            return self._told(look, worker, words)
        if math.isnan(still.silent) and not still.runs < 60.0:
            return self.unknown(f"{detail}; when it last said anything is not known.")
        if math.isnan(still.silent):
            return self.result(f"{detail}.")
        return self.result(f"{detail}; it was heard {max(0, still.silent):.0f} s ago.")

    def _told(self, look: Look, worker: Worker, detail: str) -> ProbeResult:
        finding = finding_of_worker(worker, look.matcher.catalogue)
        return self.result(detail, [finding] if finding else [])


def said_dead(reading: Reading) -> Worker | None:
    """The worker's own last words, unless it ended a job afterwards."""
    died: Line | None = None
    for at, line in enumerate(reading.lines):
        if _DIED.search(line.text) or _is_last_word(reading, at):
            died = died or line
        elif _ENDED in line.text:
            died = None
    start = reading.runs[-1].start if reading.runs else 0
    if died is None or died.number < start:
        return None
    evidence = (Evidence("log", died.text, died.number),)
    return Worker(WorkerState.DEAD, Confidence.CERTAIN, evidence=evidence)


def _is_last_word(reading: Reading, at: int) -> bool:
    """The end of the traceback, when its head was pushed out of the server's ring."""
    if reading.lines[at].text.strip() != "KeyboardInterrupt":
        return False
    above = reading.lines[max(0, at - _DEPTH) : at]
    return any(_IN_JOB.search(line.text) for line in above)


def _same_job(first: Queue, second: Queue) -> bool:
    return bool(
        first.running and second.running and first.running[0].id == second.running[0].id
    )


def _for(seconds: float) -> str:
    return "" if math.isnan(seconds) else f" for {max(0, seconds):.0f} s"


async def _stillness(look: Look, item: QueueItem, machine: Machine) -> Stillness:
    ended = await _unless_refused_jobs(look)
    entries = await _unless_refused_log(look)
    now = look.clock() + (await look.answers.tick()).ahead
    sign = unix_of(last_sign(entries), _offset(look, entries, ended))
    gpu, cpu = await machine.load()
    runs = now - began(item, ended)
    return Stillness(item.id, runs, now - sign, gpu, cpu)


def _offset(look: Look, entries: tuple[LogEntry, ...], ended: tuple[Job, ...]) -> float:
    """The zone of the server's console; a simulated server has ours."""
    if look.where is not None and look.where.place is Place.HERE:
        return offset_here(look.clock())
    return offset_there(entries, ended)


async def _unless_refused_jobs(look: Look) -> tuple[Job, ...]:
    try:
        return await look.answers.history()
    except ServerError:
        return ()


async def _unless_refused_log(look: Look) -> tuple[LogEntry, ...]:
    """Asked again: what counts is what came since the first look."""
    try:
        return await look.client.log_entries()
    except ServerError:
        return ()
