"""A probe of the files of an installation on this computer."""

import asyncio
from abc import abstractmethod

from comfydoctor.diagnosis.flags import Flags
from comfydoctor.diagnosis.probe import Look, Probe
from comfydoctor.model.installation import Installation
from comfydoctor.model.probe import ProbeResult

NOT_FOUND = "Not known: the server's folder cannot be told from its process."


class FileProbe(Probe):
    """Reads files aside; is not asked about a server of another computer.

    What is not looked at there the probe ``server-files`` says for all of them.
    """

    def applies(self, look: Look) -> bool:
        return look.home.is_here

    async def run(self, look: Look) -> ProbeResult:
        found = await look.home.installation()
        if found is None:
            return self.unknown(NOT_FOUND)
        return await asyncio.to_thread(self.read, look, found)

    @abstractmethod
    def read(self, look: Look, found: Installation) -> ProbeResult:
        """Look at the installation. Blocks: runs in a thread."""


def torch_of(look: Look, found: Installation) -> str:
    """Version of PyTorch: what the server says, else what its files say."""
    return (look.info.torch if look.info else "") or found.torch


def flags_of(look: Look, found: Installation) -> Flags:
    """Start flags: of the server, else of what starts it."""
    return Flags(look.info.argv if look.info and look.info.argv else found.flags)


def is_windows(look: Look) -> bool:
    """Whether the server says that it runs on Windows."""
    return look.info is not None and look.info.os in {"nt", "win32"}


def is_linux(look: Look) -> bool:
    """Whether the server says that it runs on Linux (or says no more than "posix")."""
    return look.info is not None and look.info.os in {"posix", "linux"}
