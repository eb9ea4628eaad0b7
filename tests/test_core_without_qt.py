"""The core runs where Qt is not installed."""

import subprocess
import sys

SCRIPT = """
import importlib, pkgutil, sys

class NoQt:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"PySide6", "pyqtgraph", "qtawesome", "shiboken6"}:
            raise ImportError(name + " is blocked in this test")

sys.meta_path.insert(0, NoQt())
import comfydoctor
count = 0
for module in pkgutil.walk_packages(comfydoctor.__path__, "comfydoctor."):
    if module.name.startswith(("comfydoctor.ui", "comfydoctor.__main__")):
        continue
    importlib.import_module(module.name)
    count += 1
print(count)
"""


def test_every_module_but_the_window_imports_without_qt():
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", SCRIPT], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 10
