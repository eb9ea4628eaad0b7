"""The process that talks to NVML, so that a hanging driver hangs only this one.

It is run as a file and imports nothing of ComfyDoctor. A line ``read`` on standard
input is answered by one line of JSON on standard output; it ends with its input.
"""

import contextlib
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any, TextIO

SILENT = frozenset({2, 3, 4, 6, 7, 13, 21, 22, 24, 25, 26})
"""One figure is not to be had; the card is well."""
REOPEN = frozenset({1, 2, 9, 15, 16, 17, 18, 28, 29, 999})
"""Handles may be stale: shut down, open and list the cards again."""
FAILED = frozenset({8, 15, 16})
"""The card itself failed; asking it can take long, so it is left in peace."""
REST = 60.0
"""Seconds of that peace."""
NO_MODULE = -1
"""Our own number, as in nvml_words: pynvml is not installed."""
RELIST_EVERY = 60
"""Readings after which cards are listed again, for those plugged in meanwhile."""

Card = dict[str, Any]


class Nvml:
    """The library, opened when needed, with its cards."""

    def __init__(self, nvml: Any, clock: Callable[[], float] = time.monotonic) -> None:
        self._nvml = nvml
        self._clock = clock
        self._open = False
        self._cards: list[tuple[Card, Any]] = []
        """Who each card is, and its handle (None when it gave none)."""
        self._resting: dict[str, tuple[float, Card]] = {}
        self._reads = 0

    def read(self) -> dict[str, Any]:
        """One answer: the cards, or the number of the error that bars them."""
        try:
            return self._read()
        except self._nvml.NVMLError as error:
            self._close()
            return {"error": error.value}

    def _read(self) -> dict[str, Any]:
        if not self._open or self._reads >= RELIST_EVERY:
            self._list()
        self._reads += 1
        asked = [self._card(who, handle) for who, handle in self._cards]
        if any(new and cards[0].get("error") in REOPEN for new, cards in asked):
            self._close()
        found = [card for _, cards in asked for card in cards]
        return {"driver": self._driver(), "cards": found}

    def _list(self) -> None:
        if not self._open:
            self._nvml.nvmlInit()
            self._open = True
        count = self._nvml.nvmlDeviceGetCount()
        self._cards = [self._identify(index) for index in range(count)]
        self._reads = 0

    def _identify(self, index: int) -> tuple[Card, Any]:
        nvml = self._nvml
        try:
            handle = nvml.nvmlDeviceGetHandleByIndex(index)
            return {"index": index, **identity(nvml, handle)}, handle
        except nvml.NVMLError as error:
            return {"index": index, "error": error.value}, None

    def _close(self) -> None:
        if self._open:
            self._open = False
            with contextlib.suppress(self._nvml.NVMLError):
                self._nvml.nvmlShutdown()

    def _driver(self) -> str:
        try:
            return str(self._nvml.nvmlSystemGetDriverVersion())
        except self._nvml.NVMLError:
            return ""

    def _card(self, who: Card, handle: Any) -> tuple[bool, list[Card]]:
        """Whether it was really asked, and the card with its slices."""
        name = str(who.get("uuid") or who["index"])
        until, answer = self._resting.get(name, (-1.0, who))
        if self._clock() < until:
            return False, [answer]
        if handle is None:
            return True, [who]
        card = {**who, **CardReader(self._nvml, handle).read()}
        if card["error"] in FAILED:
            self._resting[name] = (self._clock() + REST, card)
        return True, [card, *self._slices(who, handle)]

    def _slices(self, who: Card, handle: Any) -> Iterator[Card]:
        """MIG slices; a card in MIG mode tells neither load nor memory itself."""
        nvml = self._nvml
        try:
            if not nvml.nvmlDeviceGetMigMode(handle)[0]:
                return
            most = nvml.nvmlDeviceGetMaxMigDeviceCount(handle)
        except nvml.NVMLError:
            return
        for number in range(most):
            try:
                piece = nvml.nvmlDeviceGetMigDeviceHandleByIndex(handle, number)
                itself = {**who, **identity(nvml, piece), "parent": who["uuid"]}
            except nvml.NVMLError:
                continue
            yield {**itself, **CardReader(nvml, piece).read()}


def identity(nvml: Any, handle: Any) -> Card:
    """Who a card is; every card tells its UUID, or it is not well."""
    uuid = _text(nvml.nvmlDeviceGetUUID(handle))
    try:
        name = _text(nvml.nvmlDeviceGetName(handle))
        pci = _text(nvml.nvmlDeviceGetPciInfo(handle).busId)
    except nvml.NVMLError:
        return {"uuid": uuid}
    return {"uuid": uuid, "name": name, "pci": pci}


class CardReader:
    """Asks one handle for everything and notes what went badly wrong."""

    def __init__(self, nvml: Any, handle: Any) -> None:
        self._nvml = nvml
        self._handle = handle
        self._error: int | None = None

    def read(self) -> Card:
        """All figures in our units; None is "not to be had"."""
        return {
            **self._amounts(),
            **self._speeds(),
            "processes": self._processes(),
            "error": self._error,
        }

    def _amounts(self) -> Card:
        nvml = self._nvml
        load = self._ask("nvmlDeviceGetUtilizationRates")
        memory = self._memory()
        power = self._ask("nvmlDeviceGetPowerUsage")
        limit = self._ask("nvmlDeviceGetEnforcedPowerLimit")
        return {
            "load": None if load is None else load.gpu,
            "memory_load": None if load is None else load.memory,
            "used": None if memory is None else memory.used,
            "total": None if memory is None else memory.total,
            "temperature": self._ask(
                "nvmlDeviceGetTemperature",
                "nvmlDeviceGetTemperatureV",
                with_=(nvml.NVML_TEMPERATURE_GPU,),
            ),
            "power": None if power is None else power / 1000,
            "power_limit": None if limit is None else limit / 1000,
            "ecc": self._ask(
                "nvmlDeviceGetTotalEccErrors",
                with_=(
                    nvml.NVML_MEMORY_ERROR_TYPE_UNCORRECTED,
                    nvml.NVML_VOLATILE_ECC,
                ),
            ),
        }

    def _speeds(self) -> Card:
        nvml = self._nvml
        sm, memory = (nvml.NVML_CLOCK_SM,), (nvml.NVML_CLOCK_MEM,)
        return {
            "clock": self._ask("nvmlDeviceGetClockInfo", with_=sm),
            "memory_clock": self._ask("nvmlDeviceGetClockInfo", with_=memory),
            "fan": self._ask("nvmlDeviceGetFanSpeed"),
            "pcie_generation": self._ask("nvmlDeviceGetCurrPcieLinkGeneration"),
            "pcie_width": self._ask("nvmlDeviceGetCurrPcieLinkWidth"),
            "throttle": self._ask(
                "nvmlDeviceGetCurrentClocksEventReasons",
                "nvmlDeviceGetCurrentClocksThrottleReasons",
            ),
        }

    def _memory(self) -> Any:
        """Prefer the form that leaves out what the driver reserves, as nvidia-smi."""
        second = (self._nvml.nvmlMemory_v2,)
        found = self._ask("nvmlDeviceGetMemoryInfo", with_=second)
        return found or self._ask("nvmlDeviceGetMemoryInfo")

    def _processes(self) -> list[tuple[int, int | None]] | None:
        found: dict[int, int | None] = {}
        told = False
        for name in (
            "nvmlDeviceGetComputeRunningProcesses",
            "nvmlDeviceGetGraphicsRunningProcesses",
        ):
            entries = self._ask(name)
            told = told or entries is not None
            for entry in entries or ():
                found[entry.pid] = entry.usedGpuMemory
        return list(found.items()) if told else None

    def _ask(self, *names: str, with_: tuple[Any, ...] = ()) -> Any:
        """Ask the functions in turn; None when the figure is not to be had.

        After a failure of the card nothing more is asked.
        """
        for name in names:
            question = getattr(self._nvml, name, None)
            if question is None or self._error is not None:
                continue
            try:
                return question(self._handle, *with_)
            except self._nvml.NVMLError as error:
                if error.value not in SILENT:
                    self._error = error.value
        return None


def _text(value: object) -> str:
    """Older modules give bytes."""
    return value.decode("ascii", "replace") if isinstance(value, bytes) else str(value)


def serve(requests: TextIO, answers: TextIO) -> None:
    """Answer until the requests end."""
    nvml = _open()
    for _ in requests:
        answer = {"error": NO_MODULE} if nvml is None else nvml.read()
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def _open() -> Nvml | None:
    try:
        import pynvml
    except ImportError:
        return None
    return Nvml(pynvml)


def main() -> None:
    """Serve on the standard streams, out of reach of a library that prints."""
    own = os.dup(1)
    os.dup2(2, 1)
    with os.fdopen(own, "w", encoding="ascii") as answers:
        serve(sys.stdin, answers)


if __name__ == "__main__":
    main()
