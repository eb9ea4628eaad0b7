"""The environment of every measured process: no screen, own profile, bytecode."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]


@contextlib.contextmanager
def surroundings() -> Iterator[dict[str, str]]:
    """What to add to the environment.

    Bytecode is kept even where PYTHONDONTWRITEBYTECODE is set: our modules would be
    compiled at every start, those of the installed packages not.
    """
    with tempfile.TemporaryDirectory(prefix="comfydoctor-bench-") as folder:
        yield {
            "QT_QPA_PLATFORM": "offscreen",
            "HOME": folder,
            "COMFYDOCTOR_HOME": f"{folder}/home",
            "PYTHONDONTWRITEBYTECODE": "",
            "PYTHONPATH": os.pathsep.join(
                [str(ROOT), os.environ.get("PYTHONPATH", "")]
            ),
        }
