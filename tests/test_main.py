"""``python -m comfydoctor`` starts and says which version it is."""

import subprocess
import sys

from comfydoctor import __version__


def test_version_is_printed():
    done = subprocess.run(
        [sys.executable, "-m", "comfydoctor", "--version"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == f"comfydoctor {__version__}\n"
