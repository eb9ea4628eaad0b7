"""Files that people drop, checked against a server."""

import json
from pathlib import Path

import pytest

from comfydoctor.doctor.lint import check_workflow, document_in, open_workflow
from comfydoctor.errors import NotAWorkflow, UsageError
from comfydoctor.model.finding import Severity
from tests.workflow.servers import SERVER

FOLDER = Path(__file__).parents[1] / "data" / "workflows"
OBJECT_INFO = json.dumps(SERVER).encode()


def test_a_picture_is_checked_in_the_form_that_ran_with_the_packs_of_the_other():
    workflow, where = open_workflow(FOLDER / "saved.png")
    assert workflow.is_api
    assert where == "PNG tEXt prompt"
    assert workflow.by_id["1"].pack.id == "comfy-core"


def test_a_file_and_its_bytes_give_the_same():
    path = FOLDER / "saved-ui.json"
    assert open_workflow(path) == open_workflow(path.read_bytes())


def test_a_report_says_in_a_sentence_what_would_happen():
    report = check_workflow(FOLDER / "saved-ui.json", OBJECT_INFO)
    assert report.worst is Severity.ERROR
    assert report.headline == "This server would refuse it: 1 thing in 2 nodes."
    assert report.findings[0].subject == "EmptyImage"
    bare = check_workflow(b'{"1":{"class_type":"SaveImage","inputs":{}}}', OBJECT_INFO)
    assert bare.worst is Severity.ERROR


def test_what_holds_no_workflow_is_said(tmp_path):
    plain = tmp_path / "plain.png"
    plain.write_bytes(b"\x89PNG\r\n\x1a\n")
    with pytest.raises(NotAWorkflow, match="metadata"):
        open_workflow(plain)
    with pytest.raises(UsageError, match="cannot be read"):
        open_workflow(tmp_path / "absent.json")


def test_the_graph_in_a_picture_is_handed_on_as_it_is():
    found = document_in(FOLDER / "saved.mp4")
    assert found is not None
    assert found["1"]["class_type"] == "EmptyImage"
    assert document_in(FOLDER / "saved-ui.json") is None
