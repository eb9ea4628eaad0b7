"""``comfydoctor versions``: kept states listed, compared, put back, tidied."""

import json

import pytest

from comfydoctor.cli import main
from comfydoctor.model.job import JobState, Output
from comfydoctor.model.version import Origin, Place, Run
from comfydoctor.store.paths import Paths
from comfydoctor.store.versions import VersionStore
from comfydoctor.workflow.sighting import sight
from tests.cli.conftest import Ran
from tests.fixes.saved import drawn


@pytest.fixture
def run(capsys):
    """The same in this process: it is asked often here."""

    def go(*arguments):
        capsys.readouterr()
        code = main.run(list(arguments))
        return Ran(code, *capsys.readouterr())

    return go


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "portrait.json"
    path.write_bytes(drawn(30))
    return path


@pytest.fixture
def kept(home, file):
    """Two states of a file, the first of which ran well."""
    store = VersionStore(Paths.under(home).versions)
    place = Place(str(file), "portrait", str(file))
    for steps in (20, 30):
        store.keep(sight(place, drawn(steps), Origin.FOLDER, 1.7e9 + steps))
    made = (Output("cat_00001_.png", "", "output"),)
    store.note_run(Run("s", "j", 1, JobState.SUCCEEDED, 1.0, 3.0, (), made))
    store.close()
    return file


def test_the_list_names_workflows_and_their_versions(run, kept):
    listed = run("versions", "list", "--json").json
    (workflow,) = listed["workflows"]
    assert (listed["schema"], workflow["versions"]) == (1, 2)
    assert (workflow["outcomes"], workflow["last_good"]) == (["succeeded"], 1)
    versions = run("versions", "list", "portrait", "--json").json["versions"]
    assert [v["id"] for v in versions] == [2, 1]
    assert [r["job"] for r in versions[1]["runs"]] == ["j"]
    shown = run("versions", "list", "portrait")
    assert "last good" in shown.out
    assert run("versions", "list", "--search", "KSampler").code == 0
    assert run("versions", "list", "--search", "nothing").code == 1
    assert run("versions", "list", "absent").code == 2


def test_two_versions_and_files_are_compared(run, kept):
    ran = run("versions", "diff", "1", "2")
    assert ran.code == 1
    assert "value 3 20 → 30" in ran.out
    ran = run("versions", "diff", "2", str(kept), "--json")
    assert (ran.code, ran.json["differences"]) == (0, [])
    assert run("versions", "diff", "1", "nowhere.json").code == 2


def test_the_last_good_version_is_put_back_and_undone(run, kept):
    planned = run("versions", "revert", "portrait", "--plan")
    assert (planned.code, kept.read_bytes()) == (0, drawn(30))
    assert "Nothing: what is there now is kept" in planned.out
    ran = run("versions", "revert", "portrait", "--yes", "--json")
    assert ran.code == 0, ran.err
    assert kept.read_bytes() == drawn(20)
    assert run("undo", ran.json["result"]["entry"]).code == 0
    assert kept.read_bytes() == drawn(30)


def test_a_rejected_result_is_no_good_version(run, kept):
    run("versions", "mark", "1", "--rating", "rejected")
    assert run("versions", "revert", "portrait", "--yes").code == 2
    marked = run("versions", "mark", "1", "--name", "first", "--star", "--json")
    assert marked.json["version"]["starred"] is True
    assert "first" in run("versions", "show", "1").out


def test_a_version_is_exported_once_and_everything_verified(run, kept, tmp_path):
    target = tmp_path / "out.json"
    assert run("versions", "export", "1", str(target)).code == 0
    assert target.read_bytes() == drawn(20)
    assert run("versions", "export", "2", str(target)).code == 2
    assert target.read_bytes() == drawn(20)
    checked = run("versions", "verify", "--json")
    assert (checked.code, checked.json["damage"]) == (0, [])


def test_a_file_leads_to_its_version_and_a_new_one_is_kept(run, kept, tmp_path):
    same = tmp_path / "copy.json"
    same.write_bytes(drawn(20))
    found = run("versions", "find", str(same), "--json").json["matches"]
    assert found[0]["version"]["id"] == 1
    assert found[0]["how"].startswith("certain")
    assert run("versions", "keep", str(same)).code == 0
    same.write_text(json.dumps({"1": {"class_type": "Other", "inputs": {}}}))
    assert run("versions", "find", str(same)).code == 1


def test_old_versions_go_only_after_they_were_shown(run, kept):
    asked = run("versions", "tidy", "--days", "1", "--newest", "1")
    assert asked.code == 0
    assert "0 versions" in asked.out  # the older one ran well
    run("versions", "mark", "1", "--rating", "rejected")
    assert run("versions", "tidy", "--days", "1", "--newest", "1").code == 2
    done = run("versions", "tidy", "--days", "1", "--newest", "1", "--yes", "--json")
    assert done.json["removed"] == [1]
    assert run("versions", "show", "1").code == 1
    assert run("versions", "verify").code == 0
