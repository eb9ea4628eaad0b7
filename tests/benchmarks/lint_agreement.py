"""Holds the lint's verdicts against ComfyUI's own, on templates and mutations of them.

Run as ``python -m tests.benchmarks.lint_agreement --comfyui FOLDER --python PYTHON
--base FOLDER --object-info FILE [--templates FOLDER] [--count N] [--seed N]``. The
other Python is the one that this ComfyUI runs with; it only validates, nothing runs.
"""

import argparse
import copy
import json
import random
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from comfydoctor.comfy.definitions import Definitions
from comfydoctor.errors import NotAWorkflow
from comfydoctor.model.finding import Severity
from comfydoctor.workflow.classes import Classes
from comfydoctor.workflow.convert import prompt, to_api
from comfydoctor.workflow.lint import lint
from comfydoctor.workflow.parse import parse
from tests.benchmarks.lint_templates import templates_folder
from tests.benchmarks.table import Figure, show

CHILD = Path(__file__).with_name("comfyui_verdicts.py")
DIFFERING = 0.02
"""Nodes' own checks are not to be seen from outside."""
VALUES: tuple[Any, ...] = (
    *(None, "", 0, -1, 1e9, "abc", "12", True, 3.7, -0.5, "euler", "nan", {}, []),
    *(["x"], ["1", 0], ["1", 99], [1, 0], ["nope", 0], ["1", "0"], ["1", 0, 0]),
    *({"__value__": 3}, {"__value__": [1, 2]}),
)
Graph = dict[str, dict[str, Any]]


def originals(folder: Path, classes: Classes) -> dict[str, Graph]:
    """The templates as the browser would post them."""
    found: dict[str, Any] = {}
    for path in sorted(folder.rglob("*.json")):
        try:
            found[path.stem] = prompt(to_api(parse(path.read_bytes()), classes))
        except NotAWorkflow:
            continue
    return found


def mutations(known: dict[str, Graph], count: int, seed: int) -> dict[str, Graph]:
    """Small graphs with one to three things done to them."""
    rng = random.Random(seed)
    small = [name for name, graph in known.items() if 2 < len(graph) < 40]
    found = {}
    for number in range(count):
        name = rng.choice(small)
        graph = copy.deepcopy(known[name])
        for _ in range(rng.choice((1, 1, 2, 3))):
            _mutate(rng, graph)
        found[f"{name}#{number}"] = graph
    return found


def _mutate(rng: random.Random, graph: Graph) -> None:
    name = rng.choice(list(graph))
    inputs = graph[name]["inputs"]
    turn = rng.random()
    if turn > 0.95 and len(graph) > 1:
        del graph[name]
    elif turn > 0.88:
        graph[name]["class_type"] = rng.choice(("Nope", "KSampler", "SaveImage"))
    elif inputs:
        key = rng.choice(list(inputs))
        if turn < 0.2:
            del inputs[key]
        elif turn < 0.65:
            inputs[key] = copy.deepcopy(rng.choice(VALUES))
        else:
            inputs[key] = [rng.choice(list(graph)), rng.choice((0, 0, 1, 2, 5))]


def their_verdicts(given: argparse.Namespace, prompts: dict[str, Graph]) -> Any:
    """What ComfyUI's own code says to each."""
    with tempfile.TemporaryDirectory() as folder:
        asked, said = Path(folder) / "prompts.json", Path(folder) / "verdicts.json"
        asked.write_text(json.dumps(prompts))
        argv = [given.python, CHILD, given.comfyui, given.base, asked, said]
        subprocess.run(argv, check=True, capture_output=True)
        return json.loads(said.read_text())


def differences(
    prompts: dict[str, Graph], said: Any, classes: Classes, counts: Counter[str]
) -> Iterator[str]:
    """A line for each verdict that is not the same."""
    for name, graph in prompts.items():
        errors = [
            finding.title
            for finding in lint(parse(graph), classes)
            if finding.severity >= Severity.ERROR
        ]
        refused = bool(said[name]["error"] or said[name].get("node_errors"))
        counts["refused by both" if refused and errors else ""] += 1
        if refused != bool(errors):
            theirs = json.dumps(said[name].get("node_errors") or said[name]["error"])
            yield f"{name}: ComfyUI {theirs[:300]}, we {errors[:2]}"


def main() -> int:
    ask = argparse.ArgumentParser(description=__doc__)
    for option in ("--comfyui", "--python", "--base", "--object-info"):
        ask.add_argument(option, type=Path, required=True)
    ask.add_argument("--templates", type=Path, default=templates_folder())
    ask.add_argument("--count", type=int, default=700)
    ask.add_argument("--seed", type=int, default=1)
    given = ask.parse_args()
    classes = Classes(Definitions.from_bytes(given.object_info.read_bytes()))
    known = originals(given.templates, classes)
    prompts = known | mutations(known, given.count, given.seed)
    counts: Counter[str] = Counter()
    said = their_verdicts(given, prompts)
    found = list(differences(prompts, said, classes, counts))
    sys.stdout.write("".join(f"  {line}\n" for line in found))
    note = (
        f"{len(found)} of {len(prompts)}, {counts['refused by both']} refused by both"
    )
    rows = [Figure("other verdicts", len(found) / len(prompts), DIFFERING, "", note)]
    return 0 if show("Our verdicts against ComfyUI's", rows) else 1


if __name__ == "__main__":
    sys.exit(main())
