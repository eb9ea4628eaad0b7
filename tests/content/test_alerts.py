"""Every alert rule: valid, readable, and about something that exists."""

import pytest

from comfydoctor.content.alerts import load_alerts, load_rule
from comfydoctor.content.catalogue import Catalogue
from comfydoctor.content.places import resources_root
from comfydoctor.errors import ContentError

RULES = load_alerts(resources_root())
GOOD = """
id = "a"
title = "Something is wrong here"
about = "What it means and what to do about it."
severity = "warning"
metric = "host.cpu"
over = 5
"""


def test_every_finding_and_cause_exists():
    causes = Catalogue().causes
    for rule in RULES:
        for cause in filter(None, (rule.finding, *rule.causes)):
            assert cause in causes, rule.id


def test_worst_first():
    assert [rule.severity for rule in RULES] == sorted(
        (rule.severity for rule in RULES), reverse=True
    )


def test_one_rule_is_read(tmp_path):
    path = tmp_path / "a.toml"
    path.write_text(GOOD)
    assert load_rule(path).over == 5.0


@pytest.mark.parametrize(
    "bad",
    [
        GOOD.replace("host.cpu", "host.nothing"),
        GOOD + "under = 3\n",
        GOOD + 'finding = "x"\n',
        GOOD.replace("over = 5\n", ""),
        GOOD + "unknown = 1\n",
        GOOD.replace('id = "a"', 'id = "b"'),
        GOOD.replace("warning", "awful"),
        "[",
    ],
)
def test_a_mistake_names_its_file(tmp_path, bad):
    path = tmp_path / "a.toml"
    path.write_text(bad)
    with pytest.raises(ContentError, match=r"a\.toml"):
        load_rule(path)
