"""Whether somebody else could write into a folder, told without writing there."""

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from comfydoctor.diagnosis.environment.process import Owner

ROOT = 0


@dataclass(frozen=True)
class Right:
    """Whether a folder can be written; None: that cannot be told."""

    folder: str
    may_write: bool | None
    why: str = ""


def right_of(folder: str, owner: Owner | None) -> Right:
    """By the folder's mode, owner and mount, for the user that a server runs as.

    Access lists and Windows' rights cannot be read this way: then it is not told.
    """
    try:
        info = Path(folder).stat()
    except FileNotFoundError:
        return Right(folder, None, "it does not exist")
    except OSError:
        return Right(folder, None, "it cannot be seen")
    if _is_read_only(folder):
        return Right(folder, False, "its drive is mounted read-only")
    if owner is None:
        return Right(folder, None, "nobody tells who the server is")
    if _allows(info, owner):
        return Right(folder, True)
    if _has_access_list(folder):
        return Right(folder, None, "an access list decides")
    mode = stat.filemode(info.st_mode)
    return Right(folder, False, f"it belongs to user {info.st_uid} ({mode})")


def _allows(info: os.stat_result, owner: Owner) -> bool:
    """Writing and entering, as the kernel decides: the first class that fits counts."""
    if owner.user == ROOT:
        return True
    if owner.user == info.st_uid:
        return bool(info.st_mode & stat.S_IWUSR and info.st_mode & stat.S_IXUSR)
    if info.st_gid in owner.groups:
        return bool(info.st_mode & stat.S_IWGRP and info.st_mode & stat.S_IXGRP)
    return bool(info.st_mode & stat.S_IWOTH and info.st_mode & stat.S_IXOTH)


def _is_read_only(folder: str) -> bool:
    ask = getattr(os, "statvfs", None)
    if ask is None:
        return False
    try:
        return bool(ask(folder).f_flag & os.ST_RDONLY)
    except OSError:
        return False


def _has_access_list(folder: str) -> bool:
    listed = getattr(os, "listxattr", None)
    if listed is None:
        return True  # macOS has such lists, and no way to see them from here
    try:
        return "system.posix_acl_access" in listed(folder)
    except OSError:
        return False
