"""The commit of a git working tree, from its files alone.

Three small files are read, so that neither git nor a library of it is needed: HEAD,
the branch's file or packed-refs, and config. A work tree's ``.git`` file is followed.
"""

import re
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from comfydoctor.comfy.install.files import is_dir, is_file, read_text
from comfydoctor.model.installation import Checkout

PACKED_MAX = 8 * 2**20
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_URL = re.compile(r"^\s*url\s*=\s*(\S+)", re.MULTILINE)
_ORIGIN = re.compile(r'^\[remote "origin"\]([^\[]*)', re.MULTILINE)
_DEPTH = 5
"""A symbolic ref may point to another one."""


def read_checkout(folder: Path) -> Checkout | None:
    """The commit that is checked out; None for a folder without readable git files."""
    git = _git_folder(folder)
    if git is None:
        return None
    common = _common(git)
    head = read_text(git / "HEAD", 4096).strip()
    branch = head.removeprefix("ref: refs/heads/") if head.startswith("ref:") else ""
    commit = _resolve(git, common, head)
    return Checkout(commit, branch, _origin(common)) if commit else None


def _git_folder(folder: Path) -> Path | None:
    place = folder / ".git"
    if is_dir(place):
        return place
    if not is_file(place):
        return None
    named = read_text(place, 4096).partition("gitdir:")[2].strip()
    pointed = folder / named if named else None
    return pointed if pointed is not None and is_dir(pointed) else None


def _common(git: Path) -> Path:
    """The folder that a work tree shares with the clone it was made from."""
    named = read_text(git / "commondir", 4096).strip()
    return git / named if named else git


def _resolve(git: Path, common: Path, head: str) -> str:
    for _ in range(_DEPTH):
        if _COMMIT.fullmatch(head):
            return head
        name = head.removeprefix("ref:").strip()
        if not head.startswith("ref:") or ".." in name or not name.startswith("refs/"):
            return ""
        head = _ref(git, common, name)
    return ""


def _ref(git: Path, common: Path, name: str) -> str:
    for place in (git, common):
        if said := read_text(place / name, 4096).strip():
            return said
    for line in read_text(common / "packed-refs", PACKED_MAX).splitlines():
        commit, _, ref = line.partition(" ")
        if ref == name:
            return commit
    return ""


def _origin(common: Path) -> str:
    section = _ORIGIN.search(read_text(common / "config"))
    found = _URL.search(section[1]) if section else None
    return without_login(found[1]) if found else ""


def without_login(url: str) -> str:
    """An address without the name and token that people write into it."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    if not parts.scheme or "@" not in parts.netloc:
        return url
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
