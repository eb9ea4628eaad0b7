"""A server's own process on this computer: how it was started, ended, started again."""

import contextlib
import os
import shutil
import stat
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from comfydoctor.errors import NotApplicable
from comfydoctor.fixes.supervisor import supervisor_of

GENTLE_SECONDS = 10.0
"""A node in one long call does not end sooner; then it is ended by force."""
FORCED_SECONDS = 5.0
POLL = 0.1
SAME = 0.02
"""Start times of one process differ by less, whoever reads them."""


@dataclass(frozen=True)
class Launch:
    """How a process was started, and where its output went."""

    argv: tuple[str, ...]
    cwd: str
    environ: Mapping[str, str] = field(repr=False)
    """Never written down: it may hold keys."""
    log: str = ""
    """A file or terminal that can be written on; empty: nobody would see it."""


@dataclass(frozen=True)
class Running:
    """A process that is there now."""

    pid: int
    started: float
    """Unix seconds; with the pid it names this very process."""
    launch: Launch


def read_process(pid: int) -> Running:
    """How a process was started. Blocks.

    Raises NotApplicable when it may not be seen or another program keeps it.
    """
    psutil = _psutil()
    try:
        process = psutil.Process(pid)
        launch = Launch(
            argv=tuple(process.cmdline()),
            cwd=process.cwd(),
            environ=dict(process.environ()),
            log=_output_of(pid),
        )
        started = process.create_time()
    except psutil.NoSuchProcess as error:
        raise NotApplicable("ComfyUI's process is gone.") from error
    except psutil.AccessDenied as error:
        raise NotApplicable(
            "ComfyUI's process belongs to another user of this computer.",
            advice="Restart it as the user who started it.",
        ) from error
    if owner := supervisor_of(pid, launch.environ):
        raise NotApplicable(owner.said, advice=owner.advice)
    if not launch.argv or not launch.cwd:
        raise NotApplicable("How ComfyUI was started cannot be read on this computer.")
    return Running(pid, started, launch)


def started(pid: int) -> float:
    """When a process began, in Unix seconds; 0 when it is gone already."""
    psutil = _psutil()
    try:
        return float(psutil.Process(pid).create_time())
    except psutil.NoSuchProcess:
        return 0.0


def is_there(pid: int, started: float) -> bool:
    """Whether this very process still runs."""
    psutil = _psutil()
    try:
        process = psutil.Process(pid)
        if abs(process.create_time() - started) >= SAME:
            return False
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def ask_to_end(pid: int, started: float) -> None:
    """SIGTERM to exactly this process, nothing more. Blocks."""
    psutil = _psutil()
    if is_there(pid, started):
        with contextlib.suppress(psutil.NoSuchProcess):
            psutil.Process(pid).terminate()


def is_comfyui(pid: int) -> bool:
    """Whether a process runs ``main.py``."""
    psutil = _psutil()
    try:
        return any(Path(w).name == "main.py" for w in psutil.Process(pid).cmdline())
    except psutil.Error:
        return False


def end(pid: int, started: float, sleep: Callable[[float], None] = time.sleep) -> str:
    """End exactly this process, gently first; returns how, in words. Blocks."""
    psutil = _psutil()
    if not is_there(pid, started):
        return "It had ended already."
    process = psutil.Process(pid)
    children = process.children(recursive=True)
    process.terminate()
    how = "It ended when asked."
    if not _gone(pid, started, GENTLE_SECONDS, sleep):
        process.kill()
        how = f"It did not end within {GENTLE_SECONDS:.0f} s and was ended by force."
        if not _gone(pid, started, FORCED_SECONDS, sleep):
            raise NotApplicable("The process could not be ended by the system.")
    for child in children:
        with contextlib.suppress(psutil.Error):
            child.terminate()
    return how


def start(launch: Launch, fallback: Path) -> int:
    """Start it as it was started before; it outlives us. Returns its pid. Blocks.

    ``fallback`` takes the output when nobody could see it where it went.
    """
    argv = list(launch.argv)
    found = shutil.which(argv[0], path=launch.environ.get("PATH", os.defpath))
    argv[0] = found if found and not Path(argv[0]).parent.name else argv[0]
    with _opened(launch.log, fallback) as output:
        process = subprocess.Popen(  # noqa: S603 - the argument list it had before
            argv,
            cwd=launch.cwd,
            env=dict(launch.environ),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            **_detached(),
        )
    process.returncode = 0  # it is not ours to wait for: Popen must not warn of it
    return process.pid


def _gone(
    pid: int, started: float, seconds: float, sleep: Callable[[float], None]
) -> bool:
    waited = 0.0
    while is_there(pid, started):
        if waited >= seconds:
            return False
        sleep(POLL)
        waited += POLL
    return True


def _detached() -> dict[str, Any]:
    if os.name == "nt":
        flags = 0x00000200 | 0x08000000  # new process group, no window
        return {"creationflags": flags}
    return {"start_new_session": True}


@contextlib.contextmanager
def _opened(log: str, fallback: Path) -> Any:
    """The old place of the output, else ``fallback``."""
    handle = None
    if log:
        with contextlib.suppress(OSError):
            flags = os.O_WRONLY | os.O_APPEND | getattr(os, "O_NOCTTY", 0)
            handle = os.open(log, flags)
    if handle is None:
        fallback.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(fallback, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        yield handle
    finally:
        os.close(handle)


def _output_of(pid: int) -> str:
    """Where its standard output goes; told by Linux only."""
    try:
        target = str(Path(f"/proc/{pid}/fd/1").readlink())
        mode = Path(target).stat().st_mode
    except OSError:
        return ""
    plain = stat.S_ISREG(mode) or target.startswith(("/dev/pts/", "/dev/tty"))
    return target if plain else ""


def _psutil() -> Any:
    """Imported at the first use: it must not delay anything before."""
    import psutil

    return psutil
