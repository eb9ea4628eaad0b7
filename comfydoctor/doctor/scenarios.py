"""The situations that the demo can show, as a person chooses by them.

The simulator itself is another program (see `demo`); only these words of its
content are read here.
"""

import tomllib
from dataclasses import dataclass

from comfydoctor.content.places import resources_root
from comfydoctor.errors import ContentError

FIRST = ("out-of-memory", "healthy-studio")
BENCH = "test-bench"
"""Idle, and of use only to tests."""


@dataclass(frozen=True)
class ScenarioInfo:
    """One situation."""

    id: str
    title: str
    summary: str


def list_scenarios() -> tuple[ScenarioInfo, ...]:
    """All of them but the test bench, the most telling first."""
    found: list[ScenarioInfo] = []
    for path in sorted((resources_root() / "scenarios").glob("*.toml")):
        try:
            table = tomllib.loads(path.read_text(encoding="utf-8"))
            info = ScenarioInfo(table["id"], table["title"], table["summary"])
        except (OSError, ValueError, KeyError) as error:
            raise ContentError(f"{path.name}: {error}") from error
        if info.id != BENCH:
            found.append(info)
    return tuple(sorted(found, key=_order))


def _order(info: ScenarioInfo) -> tuple[int, str]:
    place = FIRST.index(info.id) if info.id in FIRST else len(FIRST)
    return place, info.title
