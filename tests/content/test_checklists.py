"""Every checklist: well built, and what it names exists."""

from pathlib import Path

import pytest

from comfydoctor.content.catalogue import Catalogue
from comfydoctor.content.checklists import load_checklist, load_checklists
from comfydoctor.content.flowcharts import load_charts
from comfydoctor.content.places import resources_root
from comfydoctor.diagnosis.probes import PROBES
from comfydoctor.errors import ContentError
from comfydoctor.fixes import FIXES
from comfydoctor.model.checklist import Checklist
from comfydoctor.model.metric import METRICS
from comfydoctor.model.server import Reach

ROOT = resources_root()
CHECKLISTS = load_checklists(ROOT)
WANTED = {
    *("five-minutes", "go-live", "security-basics", "performance-baseline"),
    *("cost-review", "incident-response", "after-an-update"),
    *("before-a-big-render", "weekly-care"),
}


def test_the_promised_checklists_are_there() -> None:
    assert set(CHECKLISTS) >= WANTED


@pytest.mark.parametrize("checklist", CHECKLISTS.values(), ids=lambda c: c.id)
def test_what_a_checklist_names_exists(checklist: Checklist) -> None:
    causes, charts = Catalogue(ROOT).causes, load_charts(ROOT)
    for task in checklist.tasks:
        assert not task.fix or task.fix in {fix.id for fix in FIXES}, task.id
        assert not task.chart or task.chart in charts, task.id
        for condition in (*task.good, *task.bad):
            assert set(condition.finding) <= set(causes), task.id
            assert {condition.probe} <= {probe.id for probe in PROBES} | {""}, task.id
            assert {condition.metric} <= {m.id for m in METRICS} | {""}, task.id
            assert set(condition.reach) <= {reach.value for reach in Reach}, task.id


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('id = "a"', 'id = "b"', "is not the file's name"),
        ('id = "one"', 'id = "One"', "not in kebab-case"),
        ('text = "do it"', "", "neither how to do nor how to check"),
        ('title = "One"', "", "section.0.task.0.title"),
        ('about = "x"', "about = ", "Invalid value"),
    ],
)
def test_a_wrong_checklist_is_refused(tmp_path: Path, old, new, says) -> None:
    text = (
        'id = "a"\ntitle = "A"\nabout = "x"\n[[section]]\ntitle = "S"\n'
        '[[section.task]]\nid = "one"\ntitle = "One"\ntext = "do it"\n'
    )
    path = tmp_path / "a.toml"
    path.write_text(text)
    assert load_checklist(path).tasks[0].text == "do it"
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(ContentError) as raised:
        load_checklist(path)
    assert says in str(raised.value)
