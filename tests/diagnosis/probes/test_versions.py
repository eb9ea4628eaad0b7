"""Versions of ComfyUI's packages and of its Manager."""

import pytest

from comfydoctor.diagnosis.probes.manager_security import ManagerSecurity
from comfydoctor.diagnosis.probes.package_versions import PackageVersions, is_behind
from comfydoctor.model.manager import Manager, ManagerGeneration
from comfydoctor.model.probe import Outcome
from comfydoctor.model.server import PackageVersion
from tests.diagnosis.looking import causes, offline
from tests.diagnosis.servers import server


async def packages(*found):
    return await PackageVersions().run(offline(info=server(packages=found)))


async def manager(generation, version=""):
    return await ManagerSecurity().run(offline(manager=Manager(generation, version)))


async def test_packages_as_wanted_pass():
    found = PackageVersion("comfyui-frontend-package", "1.49.6", "1.49.6")
    assert (await packages(found)).outcome is Outcome.PASS


async def test_an_older_or_missing_package_is_a_warning():
    result = await packages(
        PackageVersion("comfyui-frontend-package", "1.28.7", "1.49.6"),
        PackageVersion("comfy-kitchen", "", "0.2.31"),
    )
    assert (causes(result), result.outcome) == (
        ["requirements-not-updated"],
        Outcome.WARN,
    )
    assert "1.28.7, wanted 1.49.6" in result.detail
    assert "not installed" in result.detail


@pytest.mark.parametrize(
    ("installed", "required", "behind"),
    [
        ("2.0", "1.9", False),
        ("1.9", "", False),
        ("odd", "1.9", False),
        ("1.9.9", "1.10", True),
    ],
)
def test_versions_are_compared_by_their_numbers(installed, required, behind):
    assert is_behind(PackageVersion("x", installed, required)) is behind


async def test_an_old_server_does_not_tell():
    assert (await packages()).outcome is Outcome.UNKNOWN


async def test_no_manager_is_no_fault():
    assert (await manager(ManagerGeneration.NONE)).outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("generation", "version", "weak"),
    [
        (ManagerGeneration.V3, "V3.41", False),
        (ManagerGeneration.V3, "V3.30.4", True),
        (ManagerGeneration.V4_GET, "V4.0.4", True),
        (ManagerGeneration.V4_POST, "V4.2.2", False),
    ],
)
async def test_unsafe_managers_are_told(generation, version, weak):
    result = await manager(generation, version)
    assert bool(result.findings) is weak
    assert version in result.detail


async def test_an_unasked_manager_is_not_known():
    assert (await ManagerSecurity().run(offline())).outcome is Outcome.UNKNOWN
