"""Lints ComfyUI's own templates: who of them would a server refuse, and why.

Run as ``python -m tests.benchmarks.lint_templates OBJECT_INFO [TEMPLATES]``: a saved
answer of a real server that matches the templates, and their folder; without one, the
installed package ``comfyui-workflow-templates-json``. The goal is no alarm above
info, but for models, uploads and node packs that this server really lacks.
"""

import argparse
import importlib.util
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from comfydoctor.comfy.definitions import Definitions
from comfydoctor.errors import NotAWorkflow
from comfydoctor.model.finding import Severity
from comfydoctor.model.lint import LintFinding
from comfydoctor.workflow.classes import Classes
from comfydoctor.workflow.lint import lint
from comfydoctor.workflow.parse import parse
from tests.benchmarks.table import Figure, show

PACKAGE = "comfyui_workflow_templates_json"
LACKING = {
    *("missing-model", "model-path-differs", "missing-input-file"),
    *("missing-node", "missing-pack-choice"),
}
"""True of any server that has not what the template was made with."""


def templates_folder() -> Path | None:
    """Where the package keeps its templates; None where it is not installed."""
    found = importlib.util.find_spec(PACKAGE)
    return Path(found.origin).parent / "templates" if found and found.origin else None


def findings(folder: Path, classes: Classes) -> Iterator[tuple[str, LintFinding]]:
    """All findings of all templates, with the template's name."""
    for path in sorted(folder.rglob("*.json")):
        try:
            workflow = parse(path.read_bytes())
        except NotAWorkflow:
            continue  # the package's own lists
        for finding in lint(workflow, classes):
            yield path.stem, finding


def count_templates(folder: Path) -> int:
    """How many of the files are workflows."""

    def is_one(path: Path) -> bool:
        try:
            return bool(parse(path.read_bytes()).nodes)
        except NotAWorkflow:
            return False

    return sum(is_one(path) for path in folder.rglob("*.json"))


def main() -> int:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("object_info", type=Path)
    ask.add_argument("templates", type=Path, nargs="?", default=templates_folder())
    given = ask.parse_args()
    if given.templates is None:
        ask.error(f"the package {PACKAGE} is not installed: name a folder")
    classes = Classes(Definitions.from_bytes(given.object_info.read_bytes()))
    began = time.process_time()
    found = list(findings(given.templates, classes))
    seconds = time.process_time() - began
    alarms = [
        (name, finding)
        for name, finding in found
        if finding.severity > Severity.INFO and finding.rule not in LACKING
    ]
    lines = [f"  {name}: {finding.title}" for name, finding in alarms]
    counts = Counter((f.severity.word, f.rule) for _, f in found)
    lines += [f"  {n:5} {word:8} {rule}" for (word, rule), n in sorted(counts.items())]
    sys.stdout.write("\n".join(lines) + "\n")
    total = count_templates(given.templates)
    note = f"in {seconds:.2f} s of processor time"
    rows = [Figure("alarms that are none of this server's lacks", len(alarms), 0, "")]
    return 0 if show(f"{total} templates {note}", rows) else 1


if __name__ == "__main__":
    sys.exit(main())
