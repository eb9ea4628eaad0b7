"""Reports and bundles of a server in trouble, and what a helper sees in them."""

import json

import pytest


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Folder for what is made once."""
    return tmp_path_factory.mktemp("made")


def test_a_bundle_leads_explain_to_the_same_cause(run, simulated, made):
    url = simulated("out-of-memory", speed=6)
    seen = run("check", "--url", url, "--json").json["findings"]
    path = made / "b.zip"
    ran = run("bundle", "--url", url, "--out", str(path))
    assert ran.code == 0, ran.err
    assert "Look at it before you hand it on." in ran.err
    explained = run("explain", "--json", str(path)).json["findings"]
    assert explained[0]["cause"] == seen[0]["cause"]


@pytest.mark.parametrize("kind", ["html", "md", "json"])
def test_a_report_is_written_in_each_form(run, simulated, tmp_path, kind):
    path = tmp_path / f"r.{kind}"
    ran = run(
        "report",
        *("--url", simulated("healthy-studio"), "--out", str(path)),
        *("--note", "It is slow today"),
    )
    assert ran.code == 0, ran.err
    text = path.read_text("utf-8")
    assert "It is slow today" in text
    assert "imulated" in text
    if kind == "json":
        assert json.loads(text)["schema"] == 1


def test_what_cannot_be_done_is_said(run, tmp_path):
    assert run("report", "--out", "r.docx").code == 2
    nobody = ("--url", "http://127.0.0.1:9")
    assert run("report", *nobody).code == 3
    assert run("bundle", *nobody, "--out", str(tmp_path / "b.zip")).code == 3
