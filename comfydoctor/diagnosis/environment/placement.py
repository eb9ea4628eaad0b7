"""What a folder's path tells: synchronised, long, with odd letters, far away."""

import re
from dataclasses import dataclass

LONG = 120
"""Letters of ComfyUI's folder from which packages inside may pass Windows' 260."""

_CLOUDS = (
    ("OneDrive", re.compile(r"^OneDrive(?: - .+)?$", re.IGNORECASE)),
    ("Dropbox", re.compile(r"^Dropbox(?: \(.+\))?$", re.IGNORECASE)),
    (
        "Google Drive",
        re.compile(r"^(?:Google Drive|GoogleDrive(?:-.+)?|My Drive)$", re.I),
    ),
    ("iCloud Drive", re.compile(r"^(?:iCloudDrive|com~apple~CloudDocs)$", re.I)),
    ("Nextcloud", re.compile(r"^(?:Nextcloud|ownCloud)\d*$", re.IGNORECASE)),
    ("pCloud", re.compile(r"^pCloud ?Drive$", re.IGNORECASE)),
    ("MEGA", re.compile(r"^MEGA(?:sync)?$")),
)
_PROGRAMS = re.compile(r"^[a-z]:\\program files(?: \(x86\))?(?:\\|$)", re.IGNORECASE)
_WSL_DRIVE = re.compile(r"^/mnt/[a-z](?:/|$)")


@dataclass(frozen=True)
class Placement:
    """One remark on one path."""

    cause: str
    path: str
    words: str


def parts(path: str) -> list[str]:
    """The names in a path of either notation."""
    return [part for part in re.split(r"[\\/]+", path) if part]


def cloud_of(path: str) -> str:
    """The service that copies a folder to the internet; empty when none is seen."""
    for part in parts(path):
        for name, pattern in _CLOUDS:
            if pattern.match(part):
                return name
    return ""


def odd_letters(path: str) -> str:
    """Letters beyond ASCII, which some libraries on Windows cannot open."""
    return "".join(dict.fromkeys(letter for letter in path if not letter.isascii()))


def is_share(path: str) -> bool:
    r"""Whether it is ``\\computer\folder``."""
    return path.startswith(("\\\\", "//")) and not path.startswith(
        ("\\\\?\\", "\\\\.\\")
    )


def is_program_files(path: str) -> bool:
    """Whether Windows guards it against writing."""
    return bool(_PROGRAMS.match(path))


def is_windows_drive_in_wsl(path: str) -> bool:
    """Whether every file passes from Linux through Windows: ten times slower."""
    return bool(_WSL_DRIVE.match(path))
