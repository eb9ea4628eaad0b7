"""Writes one small file and takes it away again: the only sure test of a folder."""

import os
import tempfile
from pathlib import Path

SIZE = 4096
PREFIX = ".comfydoctor-write-test-"


def write_once(folder: Path) -> OSError | None:
    """Why a file cannot be written there; None when it can.

    The file is on the disk before it is judged: a full or failing one shows only then.
    """
    try:
        number, name = tempfile.mkstemp(prefix=PREFIX, dir=folder)
    except OSError as error:
        return error
    try:
        with os.fdopen(number, "wb") as file:
            file.write(bytes(SIZE))
            file.flush()
            os.fsync(number)
    except OSError as error:
        return error
    finally:
        Path(name).unlink(missing_ok=True)
    return None
