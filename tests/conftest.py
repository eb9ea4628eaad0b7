"""What every test gets: an offscreen Qt and homes of its own."""

import os

import pytest
from hypothesis import HealthCheck, settings

# Two busy cores are no reason for a property to fail.
settings.register_profile(
    "ours", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("ours")

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """A profile directory of the test's own; the person's is never touched."""
    folder = tmp_path / "comfydoctor-home"
    monkeypatch.setenv("COMFYDOCTOR_HOME", str(folder))
    for name in ("COMFYDOCTOR_URL", "COMFY_LOCAL_URL", "COMFYUI_URL", "COMFYUI_HOST"):
        monkeypatch.delenv(name, raising=False)
    return folder
