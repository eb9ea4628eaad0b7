"""Heavy work of the core, as it is asked for: each job takes seconds of processor time.

All data lie in one folder, made by `prepare` in another process than does the work.
"""

import json
from collections.abc import Callable
from pathlib import Path

from comfydoctor.assets.scan import Scanner, find_models
from comfydoctor.content.catalogue import Catalogue
from comfydoctor.diagnosis.explain import Explainer
from comfydoctor.diagnosis.signatures import Matcher
from comfydoctor.workflow.fingerprint import fingerprint
from comfydoctor.workflow.parse import parse
from tests.benchmarks.diagnosis_speed import make_log
from tests.benchmarks.model_headers import make_models

LOG, MODELS, GRAPH = "comfyui.log", "models", "workflow.json"
NODES = 10_000

Job = Callable[[], object]


def prepare(folder: Path, megabytes: int) -> None:
    """A log of ``megabytes``, 10,000 model files and a workflow of as many nodes."""
    (folder / LOG).write_bytes(make_log(megabytes, Catalogue()))
    (folder / MODELS).mkdir()
    make_models(folder / MODELS)
    (folder / GRAPH).write_text(json.dumps(chain(NODES)), encoding="utf-8")


def chain(length: int) -> dict[str, object]:
    """A workflow in which every node takes the output of the one before."""
    graph: dict[str, object] = {}
    for number in range(length):
        inputs: dict[str, object] = {"seed": number, "cfg": 8.0, "name": "a"}
        if number:
            inputs["model"] = [str(number - 1), 0]
        graph[str(number)] = {"class_type": f"Node{number % 80}", "inputs": inputs}
    return graph


def jobs(folder: Path, matcher: Matcher) -> dict[str, Job]:
    """What is done side by side, each in a thread of its own."""

    def explain() -> int:
        return len(Explainer(matcher).file(folder / LOG).findings)

    def check_models() -> int:
        return sum(1 for _ in Scanner().broken(find_models([(folder / MODELS, "")])))

    def read_workflow() -> str:
        return fingerprint(parse((folder / GRAPH).read_bytes()))

    return {"log": explain, "models": check_models, "workflow": read_workflow}
