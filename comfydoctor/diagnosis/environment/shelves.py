"""The site-packages of an installation, beyond what their metadata says."""

import re
import sys
from pathlib import Path

from comfydoctor.comfy.install.files import entries
from comfydoctor.diagnosis.environment.requirements import Installed
from comfydoctor.diagnosis.probe import Look
from comfydoctor.model.installation import Installation

_LEFT = re.compile(r"~[\w.-]{2,80}")


def installed_here(look: Look, found: Installation) -> Installed:
    """Its packages, with the markers of its own Python. Reads files."""
    python = (look.info.python.split() or [""])[0] if look.info else ""
    if not python and found.python:
        python = found.python.version
    system = look.info.os if look.info else sys.platform
    return Installed(
        look.home.versions(),
        look.fits,
        python=python,
        system=sys.platform if system == "posix" else system,
    )


def leftovers(found: Installation) -> list[str]:
    """Folders such as ``~orch`` that pip could not delete, as their files were open."""
    folders = found.python.site_packages if found.python else ()
    return [
        entry.name
        for folder in folders
        for entry in entries(Path(folder))
        if _LEFT.fullmatch(entry.name) and not entry.name.endswith("-info")
    ]
