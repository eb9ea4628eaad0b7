"""What is known of a watched server, as a flowchart may look it up."""

import math
from collections.abc import Iterable, Mapping

from comfydoctor.diagnosis.board import Board
from comfydoctor.diagnosis.events import Facts
from comfydoctor.diagnosis.flowchart.known import Known
from comfydoctor.diagnosis.server_facts import facts_of
from comfydoctor.doctor.state import State
from comfydoctor.model.metric import METRICS
from comfydoctor.model.probe import ProbeResult
from comfydoctor.telemetry.series import History

FACTS = ("os", "device", "gpu", "torch", "python", "version", "argv", "vram_state")
AGE = 30.0
"""Seconds up to which a reading counts as one of now."""


def gather(
    state: State,
    board: Board,
    series: History,
    results: Mapping[str, ProbeResult],
    normals: Mapping[str, float] | None = None,
) -> Known:
    """Everything at once; what was not read stays unknown."""
    facts = facts_of(state.info) if state.info else Facts()
    newest = state.snapshot().recent[:1]
    return Known(
        findings={f.cause: f.title for f in board.open() if not f.harmless},
        probes={r.id: (r.outcome, r.detail) for r in results.values()},
        metrics=_readings(series),
        facts={name: str(getattr(facts, name, "") or "") for name in FACTS},
        reach=state.connection.reach.value,
        job=newest[0].state.value if newest else "",
        normals=normals or {},
    )


def _readings(series: History) -> dict[str, float]:
    """The highest newest reading of all subjects of each metric."""
    found: dict[str, float] = {}
    for metric in METRICS:
        values = (series.last(metric.id, s, AGE) for s in series.subjects(metric.id))
        if (highest := _highest(values)) is not None:
            found[metric.id] = highest
    return found


def _highest(values: Iterable[float]) -> float | None:
    return max((value for value in values if not math.isnan(value)), default=None)
