"""How a server of this computer is started: as it ran, or as it is installed."""

import asyncio
import os
from pathlib import Path

from comfydoctor.comfy.install.find import find_installations, read_folder
from comfydoctor.errors import NotApplicable
from comfydoctor.fixes import process
from comfydoctor.fixes.base import Care
from comfydoctor.fixes.startline import without_flags
from comfydoctor.model.installation import Installation
from comfydoctor.model.wish import Wish
from comfydoctor.store.launches import Started

BASE = "--base-directory"


async def known_launch(care: Care, wish: Wish) -> process.Launch:
    """How a server that is down is started. Raises NotApplicable.

    The wish's ``root``, ``python`` and ``base`` name an installation; else it is as
    its process was seen last, else the installation that would answer there.
    """
    if root := wish.get("root"):
        return of_installation(await asyncio.to_thread(read_folder, Path(root)), wish)
    if (seen := care.launches.get(care.profile.key)) is not None:
        return process.Launch(seen.argv, seen.cwd, dict(os.environ), seen.log)
    port = int(care.profile.url.rpartition(":")[2].partition("/")[0] or 0)
    installed = await asyncio.to_thread(find_installations)
    matching = [one for one in installed if port in one.ports]
    return of_installation(matching[0] if matching else None, wish)


def of_installation(found: Installation | None, wish: Wish) -> process.Launch:
    """The start of an installation with the flags of its launcher."""
    python = wish.get("python") or (
        found.python.executable if found and found.python else ""
    )
    if found is None or not found.root or not python:
        raise NotApplicable(
            "No ComfyUI was found on this computer that would answer there.",
            advice="Name its folder with root=FOLDER and its Python with python=FILE.",
        )
    flags, base = found.flags, wish.get("base") or found.base
    if base != found.root:
        flags = (*without_flags(flags, {BASE: 1}), BASE, base)
    argv = (python, "main.py", *flags)
    return process.Launch(argv, found.root, dict(os.environ))


def seen(running: process.Running) -> Started:
    """What is remembered of a process: not its environment."""
    launch = running.launch
    return Started(launch.argv, launch.cwd, launch.log)
