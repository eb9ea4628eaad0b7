"""The ways to restart a server: its Manager, its process, the person's command."""

import asyncio
import shlex
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import ClassVar

from comfydoctor.errors import FixError, NotApplicable, ServerError
from comfydoctor.fixes import process
from comfydoctor.fixes.awaiting import Watched, wait_for_start
from comfydoctor.fixes.base import Care
from comfydoctor.host.local import Place, locate
from comfydoctor.model.manager import Manager, ManagerGeneration
from comfydoctor.model.server import ServerInfo

Tell = Callable[[str], None]
COMMAND_SECONDS = 120.0
SHOWN = 300


class Way(ABC):
    """One way; made while planning, and again before it is gone."""

    name: ClassVar[str]

    @property
    @abstractmethod
    def request(self) -> str:
        """What is sent or run, for the plan."""

    @property
    @abstractmethod
    def basis(self) -> object:
        """What must be the same when the plan is applied."""

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """What the person should know of it."""
        return ()

    @property
    def kept(self) -> dict[str, object]:
        """What is written down, to tell a restart and to go on after a crash."""
        return {}

    @abstractmethod
    async def go(self, care: Care, tell: Tell) -> bool:
        """Restart and wait; returns whether the server was seen to be away."""


class ByManager(Way):
    """``/manager/reboot`` in the Manager's generation: the process stays the same."""

    name = "manager"

    def __init__(self, manager: Manager) -> None:
        self._manager = manager

    @property
    def request(self) -> str:
        v3 = self._manager.generation is ManagerGeneration.V3
        return f"POST {'/manager/reboot' if v3 else '/v2/manager/reboot'}"

    @property
    def basis(self) -> object:
        return self._manager.version

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        return (("Manager", self._manager.version),)

    async def go(self, care: Care, tell: Tell) -> bool:
        await care.client.manager_reboot()
        return await wait_for_start(care, tell)


class ByProcess(Way):
    """The process is ended and started with its own arguments."""

    name = "process"

    def __init__(self, running: process.Running, log: Path) -> None:
        self._running, self._log = running, log

    @property
    def launch(self) -> process.Launch:
        """How it was started."""
        return self._running.launch

    @property
    def request(self) -> str:
        return shlex.join(self._running.launch.argv)[:SHOWN]

    @property
    def basis(self) -> object:
        running = self._running
        return running.pid, running.started, running.launch.argv

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        launch = self._running.launch
        return (
            ("Process", str(self._running.pid)),
            ("In folder", launch.cwd),
            ("Its output goes to", launch.log or str(self._log)),
        )

    @property
    def kept(self) -> dict[str, object]:
        launch = self._running.launch
        return {
            "pid": self._running.pid,
            "started": self._running.started,
            "argv": list(launch.argv),
            "cwd": launch.cwd,
            "log": launch.log,
        }

    async def go(self, care: Care, tell: Tell) -> bool:
        running = self._running
        tell(await care.keep(process.end, running.pid, running.started))
        return await start_again(care, running.launch, self._log, tell)


class ByCommand(Way):
    """The argument list that the person set for this server once."""

    name = "command"

    def __init__(self, command: tuple[str, ...]) -> None:
        self._command = command

    @property
    def request(self) -> str:
        return shlex.join(self._command)[:SHOWN]

    @property
    def basis(self) -> object:
        return self._command

    async def go(self, care: Care, tell: Tell) -> bool:
        await care.keep(run_command, self._command)
        return await wait_for_start(care, tell)


def run_command(command: tuple[str, ...]) -> None:
    """Run it to its end; raises FixError with its last words. Blocks."""
    try:
        done = subprocess.run(  # noqa: S603 - the person's own argument list
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=COMMAND_SECONDS,
            check=False,
        )
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise FixError(f"The command could not be run: {error}") from error
    if done.returncode:
        said = (done.stderr or done.stdout).decode("utf-8", "replace").strip()
        raise FixError(f"The command ended with {done.returncode}: {said[-SHOWN:]}")


async def start_again(
    care: Care,
    launch: process.Launch,
    log: Path,
    tell: Tell,
    note: Callable[[int, float], Awaitable[None]] | None = None,
) -> bool:
    """Start a process and wait until it answers; ``note`` is told its name first."""
    place, begin = await care.keep(_output, launch, log)
    pid = await care.keep(process.start, launch, log)
    started = await care.keep(process.started, pid)
    if note is not None:
        await note(pid, started)
    watched = Watched(lambda: process.is_there(pid, started), place, begin)
    return await wait_for_start(care, tell, watched)


def _output(launch: process.Launch, log: Path) -> tuple[Path, int]:
    """The file with the output, and its length now."""
    place = Path(launch.log) if Path(launch.log).is_file() else log
    return place, place.stat().st_size if place.is_file() else 0


async def choose_way(care: Care, info: ServerInfo, wanted: str = "") -> Way:
    """The person's command, else the Manager, else the process; or the one named.

    Raises NotApplicable with the way by hand.
    """
    if wanted in {"", "command"} and care.command:
        return ByCommand(care.command)
    if wanted in {"", "manager"}:
        manager = await care.client.manager()
        if manager.generation is not ManagerGeneration.NONE:
            return ByManager(manager)
    if wanted in {"", "process"} and not info.simulated:
        return await local_process(care, info)
    raise NotApplicable(
        "This server has no ComfyUI-Manager, so it cannot be restarted from here.",
        advice=by_hand(info),
    )


async def local_process(care: Care, info: ServerInfo) -> ByProcess:
    """The server's process, where it runs here and is ours to see."""
    try:
        folders = await care.client.folder_paths()
    except ServerError:
        folders = {}
    url = care.profile.url
    where = await asyncio.to_thread(locate, url, folders)
    if where.place is not Place.HERE or where.pid is None:
        raise NotApplicable(
            "This server has no ComfyUI-Manager and its process is not on this "
            f"computer or cannot be seen. {where.reason}",
            advice=by_hand(info),
        )
    running = await asyncio.to_thread(process.read_process, where.pid)
    return ByProcess(running, log_for(care, url))


def log_for(care: Care, url: str) -> Path:
    """Our own file for the output of a server that had none."""
    name = "".join(c if c.isalnum() else "-" for c in url.partition("://")[2])
    return care.logs / f"comfyui-{name}.log"


def by_hand(info: ServerInfo) -> str:
    """How a person restarts it."""
    command = " ".join(info.argv)[:SHOWN]
    known = f". It was started as: {command}" if command else ""
    return (
        "Park the waiting jobs first, then restart ComfyUI by hand and put them "
        "back. Stop it in its own window with Ctrl+C (or close the app) and start it "
        f"as usual{known}."
    )
