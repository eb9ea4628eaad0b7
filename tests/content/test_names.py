"""Ids that causes use exist where they are defined."""

import pytest

from comfydoctor import fixes
from comfydoctor.content.catalogue import Catalogue
from comfydoctor.diagnosis.probes import PROBES

CATALOGUE = Catalogue()


def test_every_one_click_fix_exists() -> None:
    known = {fix.id for fix in getattr(fixes, "FIXES", ())}
    if not known:
        pytest.skip("no fix is registered yet")
    used = {remedy.fix for cause in CATALOGUE.library.causes for remedy in cause.fixes}
    assert used - {""} <= known


def test_every_deciding_probe_exists() -> None:
    known = {probe.id for probe in PROBES}
    used = {probe for cause in CATALOGUE.library.causes for probe in cause.decides}
    assert used <= known
