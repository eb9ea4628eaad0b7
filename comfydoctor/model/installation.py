"""A ComfyUI as it lies on a disk of this computer: folders, versions, packs, logs.

All paths are texts in the notation of the computer they were read on. An empty text
means "not known"; nothing here is a guess.
"""

import re
from dataclasses import dataclass
from enum import Enum

DEFAULT_PORT = 8188
"""ComfyUI 0.33 comfy/cli_args.py."""


class InstallKind(Enum):
    """How a ComfyUI came onto a disk; the value is the word in JSON and recipes."""

    PORTABLE = "portable"
    """The Windows package with its own Python."""
    DESKTOP = "desktop"
    """The desktop app, older or newer."""
    COMFY_CLI = "comfy-cli"
    STABILITY_MATRIX = "stability-matrix"
    PINOKIO = "pinokio"
    DOCKER = "docker"
    """A container whose folders can be read here."""
    GIT = "git"
    """A clone, with whatever Python the person made."""
    FOLDER = "folder"
    """A source tree without any of these signs."""


@dataclass(frozen=True)
class Checkout:
    """The state of a git working tree, read from its files."""

    commit: str
    branch: str = ""
    """Empty when the head is detached."""
    remote: str = ""
    """Address of ``origin``, without a login."""


@dataclass(frozen=True)
class Interpreter:
    """The Python that runs, or would run, a ComfyUI."""

    executable: str
    version: str = ""
    """As far as its files tell: ``3.12.7`` or ``3.12``."""
    kind: str = ""
    """``embedded``, ``venv``, ``conda`` or ``system``."""
    site_packages: tuple[str, ...] = ()
    """Folders that packages are imported from, first one first."""
    how: str = ""
    """What named it: a running process, a launcher, the folder's layout."""


@dataclass(frozen=True)
class Package:
    """An installed distribution, as the name of its metadata folder tells."""

    name: str
    version: str
    metadata: str
    """Its ``.dist-info`` or ``.egg-info``."""

    @property
    def key(self) -> str:
        """The name as comparisons want it (PEP 503)."""
        return normal_name(self.name)


def normal_name(name: str) -> str:
    """A distribution's name in the one form that is compared (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


@dataclass(frozen=True)
class NodePack:
    """One entry of a ``custom_nodes`` folder."""

    name: str
    """Folder or file name without ``.disabled`` and a registry version."""
    folder: str
    enabled: bool = True
    version: str = ""
    """From its pyproject.toml, or from the folder's ``name@version``."""
    registry_id: str = ""
    publisher: str = ""
    checkout: Checkout | None = None
    requirements: tuple[str, ...] = ()
    """Lines of its requirements.txt, else the dependencies of its pyproject.toml."""

    @property
    def state(self) -> str:
        """What tells two states of it apart: a commit, else a version."""
        return self.checkout.commit if self.checkout else self.version


@dataclass(frozen=True)
class LogFile:
    """A file that may tell what a server printed."""

    path: str
    source: str
    """``console`` (all that was printed), ``manager`` (ComfyUI-Manager's copy) or
    ``launcher`` (what the program that starts it wrote)."""
    modified: float
    """Unix seconds."""
    size: int
    generation: int = 0
    """0 for the newest run, 1 for ``.prev``, 2 for ``.prev2``."""


@dataclass(frozen=True)
class Launcher:
    """A file that starts a ComfyUI; read as text, never run."""

    path: str
    flags: tuple[str, ...]
    """What follows ``main.py``."""
    python: str = ""
    """The interpreter it names, as it is written there."""


@dataclass(frozen=True)
class ModelFolders:
    """One section of an extra_model_paths.yaml."""

    file: str
    section: str
    folders: tuple[tuple[str, str], ...]
    """Type of model and folder, in the order of the file."""
    is_default: bool = False


@dataclass(frozen=True)
class RunningServer:
    """A process that runs ``main.py`` of an installation."""

    pid: int
    flags: tuple[str, ...]
    started: float
    """Unix seconds."""
    folder: str = ""
    """Its working directory, empty when we may not see it."""
    python: str = ""
    outputs: tuple[str, ...] = ()
    """Files that its console goes into."""


@dataclass(frozen=True)
class Installation:
    """One ComfyUI on this computer: a program folder with one set of user folders."""

    kind: InstallKind
    root: str
    """Folder of ``main.py``; empty when only a container has it."""
    base: str
    """Folder that holds ``custom_nodes``, ``models``, ``user``, ``output``."""
    user: str
    """Folder of settings, workflows and logs."""
    how: str = ""
    """What led to it, in words."""
    name: str = ""
    """What its launcher calls it."""
    version: str = ""
    checkout: Checkout | None = None
    python: Interpreter | None = None
    torch: str = ""
    """As its metadata says: ``2.9.1+cu128``."""
    cuda: str = ""
    """``12.8`` for a CUDA build, ``rocm 6.4`` for an AMD one, empty otherwise."""
    packs: tuple[NodePack, ...] = ()
    model_folders: tuple[ModelFolders, ...] = ()
    logs: tuple[LogFile, ...] = ()
    """Newest first."""
    launchers: tuple[Launcher, ...] = ()
    running: tuple[RunningServer, ...] = ()
    notes: tuple[str, ...] = ()
    """What could not be read, in sentences."""

    @property
    def key(self) -> str:
        """What tells installations apart."""
        return f"{self.root}|{self.base}"

    @property
    def flags(self) -> tuple[str, ...]:
        """Start flags: of the running process, else of the only launcher."""
        if self.running:
            return self.running[0].flags
        return self.launchers[0].flags if len(self.launchers) == 1 else ()

    @property
    def ports(self) -> tuple[int, ...]:
        """Ports that its processes, else its launchers, listen on."""
        named = [r.flags for r in self.running] or [x.flags for x in self.launchers]
        return tuple(dict.fromkeys(map(port_of, named)))


def flag_value(flags: tuple[str, ...], name: str) -> str:
    """The value that follows a flag, or stands behind ``=``; empty when it is not."""
    for place, flag in enumerate(flags):
        if flag == name:
            following = flags[place + 1] if place + 1 < len(flags) else ""
            return "" if following.startswith("--") else following
        if flag.startswith(f"{name}="):
            return flag[len(name) + 1 :]
    return ""


def port_of(flags: tuple[str, ...]) -> int:
    """The port that a ComfyUI with these flags listens on."""
    text = flag_value(flags, "--port")
    return int(text) if text.isascii() and text.isdigit() else DEFAULT_PORT
