"""Plans as JSON text, for the journal."""

import json
from dataclasses import asdict
from typing import Any

from comfydoctor.model.fix import Plan, PlanStep, Risk


def write_plan(plan: Plan) -> str:
    """The whole plan, payload too."""
    return json.dumps(asdict(plan) | {"risk": plan.risk.value})


def read_plan(text: str) -> Plan | None:
    """What `write_plan` wrote; None when it is something else."""
    try:
        body: dict[str, Any] = json.loads(text)
        return Plan(
            **body
            | {
                "risk": Risk(body["risk"]),
                "steps": tuple(PlanStep(**step) for step in body["steps"]),
                "seconds": tuple(body["seconds"]),
                "facts": tuple((label, value) for label, value in body["facts"]),
            }
        )
    except (ValueError, TypeError, KeyError):
        return None
