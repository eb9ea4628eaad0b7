"""The README promises what the program does."""

import argparse
import re
from dataclasses import replace
from pathlib import Path

from comfydoctor import __version__
from comfydoctor.cli.changes import as_json as changes_json
from comfydoctor.cli.check import as_json
from comfydoctor.cli.checklist import as_json as checklist_json
from comfydoctor.cli.exits import Exit
from comfydoctor.cli.explain import explained_json
from comfydoctor.cli.lint import as_json as lint_json
from comfydoctor.cli.local import as_json as crash_json
from comfydoctor.cli.model import file_json, match_json
from comfydoctor.cli.output import jsonable
from comfydoctor.cli.parser import build_parser
from comfydoctor.cli.watch import change_json
from comfydoctor.diagnosis.crash import CrashReport
from comfydoctor.doctor.comparing import Answer
from comfydoctor.doctor.lint import LintReport
from comfydoctor.doctor.remedies import list_remedies
from comfydoctor.doctor.report import CheckReport
from comfydoctor.model.audit import AuditRecord
from comfydoctor.model.change import QueueChanged
from comfydoctor.model.checklist import Checklist, ChecklistView
from comfydoctor.model.finding import (
    Confidence,
    Evidence,
    Finding,
    FixRef,
    Severity,
)
from comfydoctor.model.fingerprint import (
    Comparison,
    Difference,
    Event,
    Fingerprint,
    Moment,
)
from comfydoctor.model.fix import FixOutcome, FixResult, Plan, PlanStep, Risk
from comfydoctor.model.installation import Installation, InstallKind, NodePack
from comfydoctor.model.lint import LintFinding, Need
from comfydoctor.model.modelfile import LoraMatch, Mismatch, ModelFile
from comfydoctor.model.probe import Outcome, ProbeResult
from comfydoctor.model.server import ServerProfile
from comfydoctor.model.workflow import Workflow

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
INNER = {"--stop-with-parent", "--help", "-h"}
"""Options that only our own window uses, or that everybody knows."""


def verbs():
    parser = build_parser()
    (action,) = (
        a for a in parser._actions if isinstance(a, argparse._SubParsersAction)
    )
    return action.choices


def described(verb):
    """The lines of the README's list that belong to one verb."""
    section = README.partition("## Command line")[2]
    lines = section.partition("```\n")[2].partition("```")[0]
    entries = re.split(r"\n(?=comfydoctor )", lines)
    found = [e for e in entries if e.split()[:2] == ["comfydoctor", verb]]
    assert found, f"{verb} is not in the README"
    return "\n".join(found)


def options_of(parser):
    """Options of a verb and of the verbs below it."""
    found = {o for action in parser._actions for o in action.option_strings}
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            found |= {o for one in action.choices.values() for o in options_of(one)}
    return found


def test_every_verb_is_described_with_its_options():
    for name, verb in verbs().items():
        text = described(name)
        options = options_of(verb)
        missing = {o for o in options - INNER if o not in text}
        assert not missing, f"{name}: {missing}"
        invented = set(re.findall(r"--[a-z-]+", text)) - options
        assert not invented, f"{name}: {invented}"


def test_every_exit_code_is_described():
    table = README.partition("### Exit codes")[2].partition("### ")[0]
    codes = [int(code) for code in re.findall(r"^\| (\d+) \|", table, re.MULTILINE)]
    assert codes == sorted(code.value for code in Exit)


def test_commands_and_files_it_names_are_there():
    for name in re.findall(r"packaging[/\\](\w+\.(?:sh|ps1))", README):
        assert (ROOT / "packaging" / name).is_file(), name
    for name in re.findall(r"\]\((\w[\w./-]*)\)", README):
        assert (ROOT / name).exists(), name


def test_the_change_log_is_in_order():
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    versions = re.findall(r"^## \[([^\]]+)\]", text, re.MULTILINE)
    assert versions[0] == "Unreleased" or versions[0] == __version__
    assert "### Added" in text


def documented():
    """Every name in quotes in the part on JSON."""
    part = README.partition("### JSON")[2].partition("\n## ")[0]
    return set(re.findall(r'"(\w+)"', part))


def keys(value):
    """Names of all members, at any depth."""
    if isinstance(value, dict):
        return set(value) | {k for item in value.values() for k in keys(item)}
    if isinstance(value, list):
        return {k for item in value for k in keys(item)}
    return set()


def documents():
    """One of each document that is described member by member."""
    evidence, fix = Evidence("log", "x"), FixRef("free-memory", "Free memory")
    finding = Finding(
        "k",
        "c",
        "t",
        Severity.INFO,
        Confidence.LIKELY,
        evidence=(evidence,),
        fixes=(fix,),
    )
    probe = ProbeResult("p", "q?", Outcome.PASS, "d")
    profile = ServerProfile("n", "http://127.0.0.1:8188")
    report = CheckReport(profile, None, None, (probe,), (finding,))
    plan = Plan("i", "f", "t", "s", (PlanStep("x"),), "Nothing.", Risk.SAFE, "", "b")
    record = AuditRecord(0, 0.0, "w", "s", "a", "d", "r", "", "h")
    yield as_json(report)
    yield {"schema": 1, "findings": [explained_json(finding)]}
    yield {"schema": 1, "plan": jsonable(plan)}
    yield {"schema": 1, "result": jsonable(FixResult("p", "f", FixOutcome.DONE, "s"))}
    yield {"schema": 1, "fixes": jsonable(list(list_remedies()))}
    yield {"schema": 1, "first_bad": None, "records": [jsonable(record)]}
    yield change_json(QueueChanged(3))
    yield {"schema": 1, "files": [file_json(ModelFile("p"))]}
    lint = LintReport(Workflow("api", ()), (LintFinding("r", Severity.INFO, "t"),))
    lint = replace(lint, needs=(Need("model", "m"),))
    yield lint_json(lint, needs=True)
    reasons = (Mismatch("r", 1),)
    yield {"schema": 1, "matches": [match_json(LoraMatch("b", "l", reasons=reasons))]}
    yield {"schema": 1, "error": {"type": "", "message": "", "advice": ""}}
    yield from of_this_computer()
    task = {"id": "", "title": "", "state": "", "why": "", "fix": "", "chart": ""}
    empty = ChecklistView("r", Checklist("c", "t", "a", ()), 0.0, ())
    yield checklist_json(empty) | {"tasks": [task]}


def of_this_computer():
    """What ``check --local`` and ``changes`` print."""
    pack = NodePack("p", "/p")
    installation = Installation(InstallKind.GIT, "/c", "/c", "/c/user", packs=(pack,))
    yield {
        "schema": 1,
        "installations": [crash_json(CrashReport(installation, None, None, ()))],
    }
    before = Moment(0.0, Event.SUCCESS, Fingerprint())
    comparison = Comparison((Difference("core", "x", "1", "2"),), before=before)
    yield changes_json(Answer(comparison), "http://x", "")


def test_json_documents_have_the_members_described_and_no_others():
    real = {k for document in documents() for k in keys(jsonable(document))}
    real -= {"remaining"}  # of the change that stands for all
    assert documented() - {"JobEnded"} == real
