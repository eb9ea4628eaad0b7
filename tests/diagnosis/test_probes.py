"""What probes and causes say of one another is true."""

import ast
from pathlib import Path

import comfydoctor.diagnosis.probes as package
from comfydoctor.diagnosis.probes import PROBES
from tests.diagnosis.looking import MATCHER

FOLDER = Path(package.__file__).parent
CAUSES = MATCHER.catalogue.causes
IDS = {probe.id for probe in PROBES}


def test_every_probe_that_a_cause_names_exists():
    named = {probe for cause in CAUSES.values() for probe in cause.decides}
    assert named <= IDS


def test_every_module_is_in_the_list():
    modules = {path.stem for path in FOLDER.glob("*.py")} - {"__init__"}
    listed = {type(probe).__module__.rpartition(".")[2] for probe in PROBES}
    assert modules == listed
    assert {name.replace("_", "-") for name in modules} == IDS


def test_every_cause_that_code_names_has_its_words():
    """Texts of code that look like ids of causes and are not those of probes."""
    named = set()
    for path in (*FOLDER.glob("*.py"), *FOLDER.parent.glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        named |= {text for call in ast.walk(tree) for text in first_texts(call)}
    assert len(named) > 15
    assert named <= set(CAUSES)


def first_texts(node):
    """The first argument of ``look.finding(..)`` and ``Fault(..)``, where fixed."""
    if not isinstance(node, ast.Call) or not node.args:
        return
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    if name in {"finding", "Fault", "Remark"} and isinstance(
        node.args[0], ast.Constant
    ):
        yield node.args[0].value
