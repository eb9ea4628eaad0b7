from typing import Any

import pytest

from comfydoctor.simulator.console import RING, Console
from comfydoctor.simulator.pace import Pace
from comfydoctor.simulator.version import VERSIONS


class Sink(list[Any]):
    def __call__(self, event: str, data: dict[str, Any], client: str) -> None:
        self.append([entry["m"] for entry in data["entries"]])


def _console(version: str = "0.33.0") -> tuple[Console, Sink]:
    sink = Sink()
    console = Console(VERSIONS[version], Pace(clock=lambda: 1_800_000_000.0), sink)
    console.subscribers.add("me")
    return console, sink


def test_levels_are_coloured_since_0_23() -> None:
    new, _ = _console("0.33.0")
    old, _ = _console("0.8.0")
    for console in (new, old):
        console.warning("careful")
    assert new.ring[-1]["m"] == "\x1b[1m\x1b[33m[WARNING]\x1b[0m careful\n"
    assert old.ring[-1]["m"] == "careful\n"


def test_the_ring_keeps_300_writes() -> None:
    console, _ = _console()
    for number in range(RING + 50):
        console.print(str(number))
    assert len(console.ring) == RING
    assert console.ring[-2]["m"] == str(RING + 49)


def test_a_progress_bar_replaces_its_last_state() -> None:
    console, sink = _console()
    console.info("before")
    for state in ("0%", "50%", "100%"):
        console.bar(state)
    console.bar_end("100%")
    kept = [entry["m"] for entry in console.ring]
    assert kept[1:] == ["\r100%", "\r100%", "\n"]
    assert ["", "\r100%"] in sink


def test_only_what_was_not_sent_goes_to_subscribers() -> None:
    console, sink = _console()
    console.info("one")
    console.info("two")
    assert [len(entries) for entries in sink] == [1, 1]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.5, "in 0.50 seconds"), (3723.0, "in 01:02:03")],
)
def test_the_last_line_of_a_job_tells_its_time(seconds: float, text: str) -> None:
    console, _ = _console("0.8.0")
    console.executed(seconds)
    assert console.ring[-1]["m"] == f"Prompt executed {text}\n"
