"""NVIDIA cards, read by a child process under a watchdog."""

import asyncio
import contextlib
import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from comfydoctor.host import nvml_words
from comfydoctor.host.gpu import GpuReading, GpuReport, GpuTrouble
from comfydoctor.host.nvml_reading import missing, reading_of

LINE_LIMIT = 1 << 20
"""Longest answer; 16 cards with a hundred processes each stay far below."""
REST = 60.0
"""Seconds without a try after the driver said that it cannot."""
FORGIVEN = 600.0
"""Seconds of health after which earlier restarts no longer count."""


CHILD_VERB = "nvml-child"
"""What a frozen program is called with to be the child."""


def child_command() -> tuple[str, ...]:
    """Name the child as a file: it must start without ComfyDoctor installed, too.

    A frozen program has no Python to run a file with, so it is its own child.
    """
    if getattr(sys, "frozen", False):
        return (sys.executable, CHILD_VERB)
    return (sys.executable, "-P", str(Path(__file__).with_name("nvml_child.py")))


class ChildFault(Exception):
    """The child hung, died or spoke nonsense; the text says which."""


class NvmlReader:
    """Reads all NVIDIA cards. A hang costs one deadline, never the caller's loop.

    ``deadline`` is for one reading; the first of each child may take
    ``start_deadline``, since opening the driver of sleeping cards takes seconds.
    """

    def __init__(
        self,
        command: Sequence[str] | None = None,
        *,
        env: Mapping[str, str] | None = None,
        deadline: float = 2.0,
        start_deadline: float = 10.0,
        restarts: int = 3,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._command = tuple(command or child_command())
        self._env = None if env is None else dict(env)
        self._deadline = deadline
        self._start_deadline = start_deadline
        self._restarts = restarts
        self._clock = clock
        self._child: asyncio.subprocess.Process | None = None
        self._fresh = True
        self._faults = 0
        self._last_fault = -FORGIVEN
        self._rest_until = -1.0
        self._off: GpuTrouble | None = None
        self._known: dict[str, GpuReading] = {}
        self._busy = asyncio.Lock()

    @property
    def pid(self) -> int | None:
        """Of the child while it runs, to count its cost as ours."""
        return self._child.pid if self._child else None

    def follow(self, pids: tuple[int, ...]) -> None:
        """Nothing to do: NVML lists every process."""

    async def read(self) -> GpuReport:
        """Read the cards; those seen before and missing now read as trouble."""
        async with self._busy:
            if self._off and (self._rest_until < 0 or self._clock() < self._rest_until):
                return GpuReport(self._all_missing(self._off), trouble=self._off)
            try:
                answer = await self._ask()
            except ChildFault as fault:
                return await self._count_fault(str(fault))
            return await self._report(answer)

    async def aclose(self) -> None:
        """End the child."""
        async with self._busy:
            await self._end()

    async def _ask(self) -> dict[str, Any]:
        child = await self._running()
        limit = self._start_deadline if self._fresh else self._deadline
        try:
            async with asyncio.timeout(limit):
                line = await _exchange(child)
        except TimeoutError:
            raise ChildFault(f"it did not answer within {limit:g} s") from None
        except (OSError, ValueError) as error:
            raise ChildFault(f"its pipe broke ({error})") from error
        except asyncio.CancelledError:
            await self._end()  # half an exchange would be taken for the next answer
            raise
        self._fresh = False
        return _parse(line)

    async def _running(self) -> asyncio.subprocess.Process:
        if self._child is None:
            try:
                self._child = await asyncio.create_subprocess_exec(
                    *self._command,
                    stdin=asyncio.subprocess.PIPE,
                    stdout=asyncio.subprocess.PIPE,
                    stderr=asyncio.subprocess.DEVNULL,
                    env=self._env,
                    limit=LINE_LIMIT,
                )
            except OSError as error:
                raise ChildFault(f"it cannot be started ({error})") from error
            self._fresh = True
        return self._child

    async def _count_fault(self, why: str) -> GpuReport:
        """Kill the child; the next reading starts another, three times at most."""
        await self._end()
        now = self._clock()
        self._faults = 1 if now - self._last_fault > FORGIVEN else self._faults + 1
        self._last_fault = now
        over = self._faults > self._restarts
        trouble = GpuTrouble(
            f"The NVIDIA driver could not be read: {why}.",
            "Not tried again until ComfyDoctor is restarted. A driver that hangs "
            "mostly needs a restart of the computer."
            if over
            else "Trying again.",
            incident=over,
        )
        if over:
            self._off = trouble
            self._rest_until = -1.0
        return GpuReport(self._all_missing(trouble), trouble=trouble)

    async def _report(self, answer: dict[str, Any]) -> GpuReport:
        code = answer.get("error")
        if code is not None:
            return await self._rest(nvml_words.trouble(int(code)))
        self._off = None
        readings = tuple(self._remember(card) for card in answer.get("cards", ()))
        listed = {reading.uuid for reading in readings}
        gone = nvml_words.trouble(nvml_words.GONE)
        missing = tuple(r for r in self._all_missing(gone) if r.uuid not in listed)
        return GpuReport(readings + missing, driver=str(answer.get("driver", "")))

    async def _rest(self, trouble: GpuTrouble) -> GpuReport:
        """Keep no child for a driver that cannot; one more try later."""
        await self._end()
        self._off = trouble
        never = trouble.code in {nvml_words.NO_MODULE, nvml_words.LIBRARY_NOT_FOUND}
        self._rest_until = -1.0 if never else self._clock() + REST
        return GpuReport(self._all_missing(trouble), trouble=trouble)

    def _remember(self, card: dict[str, Any]) -> GpuReading:
        reading = reading_of(card)
        if not reading.uuid:  # a lost card does not even tell its name
            known = [
                r
                for r in self._known.values()
                if r.index == reading.index and not r.parent
            ]
            return missing(known[0], reading.trouble) if known else reading
        self._known[reading.uuid] = reading
        return reading

    def _all_missing(self, trouble: GpuTrouble) -> tuple[GpuReading, ...]:
        return tuple(missing(reading, trouble) for reading in self._known.values())

    async def _end(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        # A process stuck inside the driver cannot be killed: it is left to itself.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1.0):
                await child.communicate()


async def _exchange(child: asyncio.subprocess.Process) -> bytes:
    if child.stdin is None or child.stdout is None:
        raise ChildFault("it has no pipes")
    child.stdin.write(b"read\n")
    await child.stdin.drain()
    return await child.stdout.readline()


def _parse(line: bytes) -> dict[str, Any]:
    if not line.endswith(b"\n"):
        raise ChildFault("its process ended")
    try:
        answer = json.loads(line)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise ChildFault("its answer cannot be understood")
    return answer
