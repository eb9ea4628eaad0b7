"""The situations a person may choose from."""

import pytest

from comfydoctor.content.places import resources_root
from comfydoctor.doctor import scenarios
from comfydoctor.doctor.scenarios import BENCH, FIRST, list_scenarios
from comfydoctor.errors import ContentError


def test_every_scenario_file_is_listed_but_the_bench():
    files = {path.stem for path in (resources_root() / "scenarios").glob("*.toml")}
    assert BENCH in files
    assert {info.id for info in list_scenarios()} == files - {BENCH}


def test_the_most_telling_come_first_and_all_have_words():
    listed = list_scenarios()
    assert tuple(info.id for info in listed[: len(FIRST)]) == FIRST
    assert all(info.title and info.summary for info in listed)
    rest = [info.title for info in listed[len(FIRST) :]]
    assert rest == sorted(rest)


@pytest.mark.parametrize("content", ['id = "x"\ntitle = "X"\n', "id = "])
def test_a_broken_file_is_named(tmp_path, monkeypatch, content):
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "odd.toml").write_text(content)
    monkeypatch.setattr(scenarios, "resources_root", lambda: tmp_path)
    with pytest.raises(ContentError, match=r"odd\.toml"):
        list_scenarios()
