"""Exit codes of the command line; documented in the README."""

from enum import IntEnum


class Exit(IntEnum):
    """What a script can rely on."""

    OK = 0
    """Done, and nothing is wrong."""
    FOUND = 1
    """Something is wrong, or the fix did not reach its aim."""
    USAGE = 2
    """The command line or a file it names is off."""
    UNREACHABLE = 3
    """The server cannot be reached or worked with."""
    INTERNAL = 4
    """A fault of ComfyDoctor itself."""
    CANCELLED = 130
    """Stopped by Ctrl-C."""
