"""Finds the installation behind a local address and what ended it."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from comfydoctor.comfy.examine import Examination, Step
from comfydoctor.comfy.install.candidate import Candidate
from comfydoctor.comfy.install.find import find_installations, read_folder
from comfydoctor.comfy.install.read import read_installation
from comfydoctor.comfy.install.running import running_servers
from comfydoctor.comfy.install.shelf import kind_of
from comfydoctor.diagnosis.crash import CrashReport, Trace, examine_crash
from comfydoctor.diagnosis.signatures import Matcher
from comfydoctor.doctor.abodes import Abode
from comfydoctor.errors import Unreachable, UsageError
from comfydoctor.host.local import is_loopback
from comfydoctor.host.system import own_addresses
from comfydoctor.model.installation import (
    Installation,
    Launcher,
    RunningServer,
    flag_value,
    port_of,
)

Running = Callable[[], Iterable[tuple[str, RunningServer]]]


def is_local(url: str) -> bool:
    """Whether an address is one of this computer; asks no name server."""
    host = (urlsplit(url).hostname or "").lower()
    return is_loopback(host) or host in own_addresses()


def port_in(url: str) -> int:
    """The port of an address."""
    parts = urlsplit(url)
    return parts.port or (443 if parts.scheme == "https" else 80)


async def examine_address(
    url: str, matcher: Matcher, abode: Abode | None = None
) -> CrashReport | None:
    """What became of the server behind a local address.

    None when no installation of this computer belongs to it.
    """
    return await asyncio.to_thread(_examine_address, url, matcher, abode)


def _examine_address(
    url: str, matcher: Matcher, abode: Abode | None
) -> CrashReport | None:
    port = port_in(url)
    installation = home_of(port, abode)
    if installation is None:
        return None
    return examine_crash(installation, matcher, trace_of(installation, port, abode))


def home_of(
    port: int, abode: Abode | None, *, running: Running = running_servers
) -> Installation | None:
    """The installation of a port: the one it had, else the likeliest one here.

    Of several that use the port, the one whose log is newest.
    """
    if abode is not None and (found := _known(abode, running)):
        return found
    here = find_installations(running=running)
    fitting = [x for x in here if port in x.ports and x.logs]
    return max(fitting, key=lambda x: x.logs[0].modified, default=None)


def _known(abode: Abode, running: Running) -> Installation | None:
    """Read anew, with the logs that only its process could name."""
    root = Path(abode.root) if abode.root else None
    base = Path(abode.base)
    if not base.is_dir():
        return None
    servers = tuple(
        server
        for place, server in running()
        if root is not None and os.path.realpath(place) == os.path.realpath(root)
    )
    candidate = Candidate(
        kind_of(root or base),
        root,
        base,
        how="it was met here before",
        python=abode.python,
        launchers=(Launcher("the last start", abode.flags),),
        log_files=abode.logs,
    )
    found = read_installation(candidate)
    return replace(found, running=_same_base(found, servers))


def _same_base(
    found: Installation, servers: Iterable[RunningServer]
) -> tuple[RunningServer, ...]:
    """The processes that use the same folders of the person."""

    def base(server: RunningServer) -> str:
        said = flag_value(server.flags, "--base-directory")
        return os.path.realpath(Path(server.folder, said)) if said else ""

    own = {os.path.realpath(found.base)}
    if os.path.realpath(found.base) == os.path.realpath(found.root):
        own.add("")
    return tuple(server for server in servers if base(server) in own)


def trace_of(
    installation: Installation, port: int, abode: Abode | None = None
) -> Trace:
    """What its processes tell: whether one of them is to open this port."""
    here = [x for x in installation.running if port_of(x.flags) == port]
    return Trace(
        pid=here[0].pid if here else (abode.pid if abode else None),
        lives=bool(here),
        port=port,
        good=abode.good if abode else 0.0,
    )


async def with_files(
    tried: Examination,
    url: str,
    matcher: Callable[[], Awaitable[Matcher]],
    abode: Callable[[], Abode | None] = lambda: None,
) -> Examination:
    """The same, and what the files of a refused server of this computer tell."""
    refused = isinstance(tried.error, Unreachable)
    if not refused or not await asyncio.to_thread(is_local, url):
        return tried
    home = await asyncio.to_thread(abode)
    report = await examine_address(url, await matcher(), home)
    if report is None or report.log is None:
        return tried
    advice = report.findings[0].explanation if report.findings else ""
    step = Step(f"Its log tells: {report.headline}", ok=False, advice=advice)
    return replace(tried, steps=(*tried.steps, step))


async def examine_folder(
    folder: Path, matcher: Matcher, exit_code: int | None = None
) -> CrashReport:
    """What the files of one installation tell. Raises UsageError when it is none."""

    def look() -> CrashReport:
        found = read_folder(folder)
        if found is None:
            raise UsageError(
                f"{folder} holds no ComfyUI.",
                advice="Name its folder: the one with main.py, the portable folder "
                "around it, or the one with custom_nodes and user.",
            )
        return _of_installation(found, matcher, exit_code)

    return await asyncio.to_thread(look)


async def examine_all(matcher: Matcher) -> tuple[CrashReport, ...]:
    """The same for every installation of this computer."""

    def look() -> tuple[CrashReport, ...]:
        found = find_installations()
        return tuple(_of_installation(x, matcher, None) for x in found)

    return await asyncio.to_thread(look)


def _of_installation(
    found: Installation, matcher: Matcher, exit_code: int | None
) -> CrashReport:
    trace = Trace(
        pid=found.running[0].pid if found.running else None,
        exit_code=exit_code,
        lives=bool(found.running),
    )
    return examine_crash(found, matcher, trace)
