"""A fake NVIDIA driver library, compiled once."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from comfydoctor.host.nvml import NvmlReader


@pytest.fixture(scope="session")
def fake_library(tmp_path_factory):
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("no C compiler to build the fake NVIDIA library with")
    folder = tmp_path_factory.mktemp("nvml")
    source = Path(__file__).with_name("fake_nvml.c")
    target = folder / "libnvidia-ml.so.1"
    subprocess.run(
        [compiler, "-shared", "-fPIC", "-w", "-o", str(target), str(source)],
        check=True,
    )
    return folder


@pytest.fixture
def faults(tmp_path):
    """Write the faults the library shall show from now on."""
    file = tmp_path / "faults"
    file.write_text("")
    return file


class Hands:
    """A clock that a test turns."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def hands():
    return Hands()


@pytest.fixture
async def reader(fake_library, faults, hands):
    env = {
        **os.environ,
        "LD_LIBRARY_PATH": str(fake_library),
        "FAKE_NVML": str(faults),
    }
    reader = NvmlReader(env=env, deadline=1.0, start_deadline=8.0, clock=hands)
    yield reader
    await reader.aclose()
