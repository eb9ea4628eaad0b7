"""The list of fixes is the registry's."""

from comfydoctor.doctor.remedies import list_remedies
from comfydoctor.fixes import FIXES


def test_every_fix_is_listed_in_the_order_of_the_registry():
    listed = list_remedies()
    assert [remedy.id for remedy in listed] == [fix.id for fix in FIXES]
    assert len({remedy.id for remedy in listed}) == len(listed)


def test_each_says_what_it_does_and_what_it_may_cost():
    for remedy in list_remedies():
        assert remedy.title and remedy.about
        assert remedy.risk.value in {"safe", "disruptive", "manual"}
