"""PySide's hook is off; half imported pydantic is not looked at."""

import subprocess
import sys

import pytest

BEFORE = """
import builtins
plain = builtins.__import__
from comfydoctor.ui.plainimport import import_plainly
import_plainly()
assert builtins.__import__ is plain
import PySide6.QtWidgets
assert builtins.__import__ is not plain, "PySide hooks no longer: drop plainimport"
import_plainly()
assert builtins.__import__ is plain
"""

AFTER = """
import builtins, inspect
import PySide6.QtWidgets
from comfydoctor.ui.plainimport import import_plainly
import_plainly()
inspect.getsource = None
import pydantic
pydantic.BaseModel
"""


@pytest.mark.parametrize("script", [BEFORE, AFTER], ids=["before Qt", "after Qt"])
def test_import_does_not_read_sources(script):
    run = [sys.executable, "-c", script]
    done = subprocess.run(run, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
