"""Who holds a port of this computer, as far as the system shows it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from comfydoctor.comfy.install.running import main_of
from comfydoctor.host import system


@dataclass(frozen=True)
class PortHolder:
    """The program that listens on a port."""

    port: int
    pid: int | None = None
    """None where the system does not show it."""
    program: str = ""
    """Name of the program, with the script that it runs."""
    user: str = ""
    started: float = 0.0
    """Unix seconds, 0 when not known."""
    is_comfyui: bool = False

    @property
    def says(self) -> str:
        """Who it is, in one sentence."""
        if self.pid is None:
            return (
                f"Somebody listens on port {self.port}, but the system does not show "
                "who: a program of another person, a container or a tunnel."
            )
        what = "another ComfyUI" if self.is_comfyui else self.program or "a program"
        since = f", since {_time(self.started)}" if self.started else ""
        who = f" of {self.user}" if self.user else ""
        return f"Port {self.port} is held by {what} (process {self.pid}{who}{since})."


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds).astimezone().strftime("%d %b %H:%M")


def who_holds(
    port: int,
    *,
    listeners: Callable[[int], Sequence[system.Listener]] = system.listeners,
) -> PortHolder | None:
    """The program on a port, None when nobody listens there. Takes 20 ms and more."""
    try:
        found = listeners(port)
    except PermissionError:
        return PortHolder(port)
    if not found:
        return None
    pid = next((entry.pid for entry in found if entry.pid), None)
    return PortHolder(port) if pid is None else _described(port, pid)


def _described(port: int, pid: int) -> PortHolder:
    import psutil

    def told(ask: Callable[[], Any]) -> Any:
        try:
            return ask()
        except (psutil.Error, OSError):
            return None

    try:
        process = psutil.Process(pid)
    except psutil.Error:
        return PortHolder(port)
    words = told(process.cmdline) or []
    return PortHolder(
        port,
        pid,
        program=_program(str(told(process.name) or ""), words),
        user=str(told(process.username) or ""),
        started=float(told(process.create_time) or 0.0),
        is_comfyui=main_of(words) is not None,
    )


def _program(name: str, words: Sequence[str]) -> str:
    """The name and the script; further words may hold passwords."""
    script = next((w for w in words[1:4] if not w.startswith("-")), "")
    last = re.split(r"[\\/]", script)[-1]
    return f"{name} {last}"[:120].strip() if "python" in name.lower() else name[:120]
