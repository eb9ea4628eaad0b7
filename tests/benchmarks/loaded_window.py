"""Our real window while something happens, with a heartbeat in its event loop.

Run as ``python loaded_window.py URL WARM SECONDS WORK``: after WARM
seconds the beats of SECONDS are kept while WORK is done again and again: ``nothing``,
``frozen`` (the window stands still for SECONDS), ``definitions`` (a check-up with a
workflow of so many nodes that the server's whole list of node definitions is read), or
``everything:FOLDER`` (the same beside the heavy jobs, each in a thread). Prints one
line of JSON.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

BEAT_MS = 5


def resident() -> int:
    """Bytes of memory held by this process."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def workflow(nodes: int = 80) -> dict[str, object]:
    """More classes than are asked for one by one."""
    return {str(n): {"class_type": f"Node{n}", "inputs": {}} for n in range(nodes)}


class Heartbeat:
    """Notes how late each beat of a fine timer comes."""

    def __init__(self, session: object, warm: float, seconds: float, work: str):
        from PySide6.QtCore import Qt, QTimer

        self.session = session
        self.work, _, self.folder = work.partition(":")
        self.checking = self.work in {"definitions", "everything"}
        self.did: dict[str, int] = {}
        self.begin = time.perf_counter() + warm
        self.end = self.begin + seconds
        self.last = time.perf_counter()
        self.own = time.thread_time()
        self.worst: list[tuple[float, float]] = []
        """The longest delays, each with what our own thread computed meanwhile."""
        self.delays: list[float] = []
        self.warming: list[float] = []
        self.memory: list[int] = []
        self.noted = 0.0
        self.done = 0
        self.problems: list[str] = []
        self.busy = False
        session.bridge.refused.connect(lambda error: self.problems.append(repr(error)))
        self.timer = QTimer(interval=BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
        self.timer.timeout.connect(self.beat)
        self.timer.start()

    def beat(self) -> None:
        now = time.perf_counter()
        delay = max(0.0, now - self.last - BEAT_MS / 1000)
        self.last = now
        own, self.own = time.thread_time() - self.own, time.thread_time()
        if now < self.begin:
            self.warming.append(delay)
            return
        if self.checking and not self.busy:
            self.check_when_heard()
        if self.folder:
            self.do_all(Path(self.folder))
            self.folder = ""
        if self.work == "frozen":
            time.sleep(max(0.0, self.end - now))
            now = self.end
        self.delays.append(delay)
        self.worst = sorted([*self.worst, (delay, own)])[-8:]
        if self.done or not self.checking:
            self.note_memory(now)
        if now >= self.end and not self.busy:
            self.report()

    def note_memory(self, now: float) -> None:
        """Once a second; what the first check-up loads for good is no growth."""
        if now - self.noted >= 1.0:
            self.noted = now
            self.memory.append(resident())

    def check_when_heard(self) -> None:
        """Check up, once the server's event channel stands."""
        ward = self.session.window.wards.current
        if ward is not None and ward.snapshot.connection.live_events:
            self.check()

    def check(self) -> None:
        """One check-up of the server that is watched."""
        self.busy = True
        key = self.session.window.wards.key
        call = self.session.bridge.ask(
            key, lambda doctor, _say: doctor.check(workflow=workflow())
        )
        call.then(self.checked, self.failed)

    def do_all(self, folder: Path) -> None:
        """Each heavy job again and again until the end, all side by side."""

        async def work(office: object, _say: object) -> None:
            import asyncio

            from tests.benchmarks.heavy_jobs import jobs

            async def repeat(name: str, job: Callable[[], object]) -> None:
                while time.perf_counter() < self.end:
                    await asyncio.to_thread(job)
                    self.did[name] = self.did.get(name, 0) + 1

            todo = jobs(folder, await office.matcher()).items()
            await asyncio.gather(*(repeat(name, job) for name, job in todo))

        self.session.bridge.call(work).then(None, self.failed)

    def checked(self, report: object) -> None:
        self.busy = time.perf_counter() >= self.end
        said = {probe.id: probe.outcome.value for probe in report.probes}
        if said.get("workflow-nodes") != "pass":
            self.problems.append(json.dumps(said))
        self.done += 1
        if self.busy:
            self.report()

    def failed(self, error: Exception) -> None:
        self.problems.append(str(error))
        self.report()

    def report(self) -> None:
        ward = self.session.window.wards.current
        said = {
            "delays": self.delays,
            "warming": self.warming,
            "worst": self.worst,
            "memory": self.memory,
            "done": self.done,
            "did": self.did,
            "problems": self.problems,
            "skipped": ward.snapshot.skipped_events,
            "live": ward.snapshot.connection.live_events,
        }
        sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()
        os._exit(0)


def main() -> None:
    url, warm, seconds, work = sys.argv[1:]
    import comfydoctor.ui.plainimport  # noqa: F401 - before Qt, as in the program
    from comfydoctor.ui import session as ours

    class Watched(ours.Session):
        """The session with a heartbeat."""

        def show(self) -> None:
            super().show()
            self.heart = Heartbeat(self, float(warm), float(seconds), work)

    ours.Session = Watched
    from comfydoctor.__main__ import open_window

    open_window(url)


if __name__ == "__main__":
    main()
