"""Programs that keep a server running and would start it by themselves."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PARENTS = {
    "comfyui": ("the ComfyUI desktop app", "Restart it in the app's own menu."),
    "comfyui desktop": ("the ComfyUI desktop app", "Restart it in the app's menu."),
    "comfyui-electron": ("the ComfyUI desktop app", "Restart it in the app's menu."),
    "stabilitymatrix": ("Stability Matrix", "Press Stop, then Launch in it."),
    "stabilitymatrix.avalonia": ("Stability Matrix", "Press Stop, then Launch in it."),
    "pinokio": ("Pinokio", "Stop and start it in Pinokio."),
    "supervisord": ("supervisord", "Run: supervisorctl restart, with its name."),
    "runsv": ("runit", "Run: sv restart, with its name."),
    "s6-supervise": ("s6", "Run: s6-svc -r, with its folder."),
    "pm2": ("pm2", "Run: pm2 restart, with its name."),
    "circusd": ("circus", "Run: circusctl restart, with its name."),
    "services.exe": ("a Windows service", "Restart it in the list of services."),
}
"""Names of parent processes: who that is, and how it is restarted there."""
CONTAINERS = ("docker", "kubepods", "libpod", "containerd", "lxc", "garden")
SESSIONS = ("app-", "user@", "dbus", "gnome-terminal", "konsole", "xfce", "ssh", "cron")
"""Units of systemd that hold what a person started by hand."""


@dataclass(frozen=True)
class Supervisor:
    """Who owns a process, in words, and how it is restarted there."""

    said: str
    advice: str


def supervisor_of(pid: int, environ: Mapping[str, str]) -> Supervisor | None:
    """The program that keeps a process, None when a person started it. Blocks."""
    if environ.get("__COMFY_CLI_SESSION__"):
        return _kept("comfy-cli", "Run: comfy stop, then comfy launch --background.")
    return (
        _by_cgroup(_cgroup(str(pid)), _cgroup("self"), os.getpid() == 1)
        or _by_parents(pid)
    )  # fmt: skip


def _by_cgroup(theirs: str, ours: str, inside: bool) -> Supervisor | None:
    if not theirs or theirs == ours or inside:
        return None
    if any(name in theirs for name in CONTAINERS):
        return _kept("a container", "Run: docker restart, with the container's name.")
    unit = theirs.rstrip("/").rpartition("/")[2]
    if unit.endswith(".service") and not unit.startswith(SESSIONS):
        user = "--user " if "/user@" in theirs else ""
        return _kept("systemd", f"Run: systemctl {user}restart {unit}")
    return None


def _by_parents(pid: int) -> Supervisor | None:
    import psutil

    try:
        parents = psutil.Process(pid).parents()
        names = [parent.name().lower().removesuffix(".exe") for parent in parents]
    except psutil.Error:
        return None
    for name in names:
        known = PARENTS.get(name) or PARENTS.get(f"{name}.exe")
        if known:
            return _kept(*known)
    return None


def _kept(who: str, advice: str) -> Supervisor:
    return Supervisor(f"{who[0].upper()}{who[1:]} keeps this ComfyUI running.", advice)


def _cgroup(pid: str) -> str:
    """Path of a process in the unified hierarchy of Linux, empty elsewhere."""
    try:
        lines = Path(f"/proc/{pid}/cgroup").read_text("utf-8", "replace").splitlines()
    except OSError:
        return ""
    paths = [line.split(":", 2)[2] for line in lines if line.count(":") >= 2]
    return max(paths, key=len, default="")
