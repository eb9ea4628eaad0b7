"""What the files of a server's installation tell, read at most once in a look."""

import asyncio
import threading
from collections.abc import Mapping
from pathlib import Path

from comfydoctor.comfy.install.find import installation_of, read_folder
from comfydoctor.comfy.install.packages import (
    read_packages,
    requirements_of,
    versions_of,
)
from comfydoctor.host.local import Whereabouts
from comfydoctor.model.installation import Installation, InstallKind, Package

_KINDS = {
    InstallKind.PORTABLE: "portable",
    InstallKind.DESKTOP: "desktop",
    InstallKind.STABILITY_MATRIX: "stability-matrix",
    InstallKind.DOCKER: "docker",
}
Needs = tuple[tuple[Package, tuple[str, ...]], ...]


class Home:
    """The installation behind a server of this computer.

    ``here`` is false for a server elsewhere: the same paths on this computer would
    be another installation's.
    """

    def __init__(
        self,
        where: Whereabouts | None,
        folders: Mapping[str, tuple[str, ...]],
        *,
        here: bool,
        known: Installation | None = None,
    ) -> None:
        self.is_here = here or known is not None
        self._where = where
        self._folders = folders
        self._known = known
        self._packages: tuple[Package, ...] | None = None
        self._needs: Needs | None = None
        self._sought = known is not None
        self._turn = asyncio.Lock()
        self._reading = threading.RLock()

    @property
    def pid(self) -> int | None:
        """The server's process on this computer, where it may be seen."""
        if self._where is not None and self._where.pid and self.is_here:
            return self._where.pid
        running = self._known.running if self._known else ()
        return running[0].pid if running else None

    @property
    def kind(self) -> str:
        """How it was installed, in the words of recipes; empty when not known."""
        if self._known is None:
            return ""
        python = self._known.python
        own = python is not None and python.kind in {"venv", "conda"}
        return _KINDS.get(self._known.kind, "venv" if own else "")

    async def installation(self) -> Installation | None:
        """None when it is not on this computer, or cannot be told which it is."""
        async with self._turn:
            if not self._sought and self.is_here:
                self._known = await asyncio.to_thread(self._find)
            self._sought = True
            return self._known

    def packages(self) -> tuple[Package, ...]:
        """Packages of its Python, those first that would be imported. Reads files."""
        with self._reading:
            if self._packages is None:
                python = self._known.python if self._known else None
                self._packages = read_packages(python) if python else ()
            return self._packages

    def versions(self) -> dict[str, str]:
        """Version by normal name, of what would be imported. Reads files."""
        return versions_of(self.packages())

    def needs(self) -> Needs:
        """What each package says it needs, as PEP 508 lines. Reads files."""
        with self._reading:
            if self._needs is None:
                first = {p.key: p for p in reversed(self.packages())}.values()
                self._needs = tuple((p, requirements_of(p)) for p in first)
            return self._needs

    def _find(self) -> Installation | None:
        pid = self._where.pid if self._where else None
        if pid and (found := installation_of(pid)):
            return found
        for place in self._folders.get("custom_nodes", ())[:1]:
            return read_folder(Path(place).parent)
        return None
