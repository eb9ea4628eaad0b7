"""Finds the ComfyUI servers of this computer."""

import asyncio
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from comfydoctor.comfy.address import Address, from_environment, parse_address
from comfydoctor.comfy.client import Client
from comfydoctor.comfy.examine import Examination, Step, examine
from comfydoctor.comfy.http import Http
from comfydoctor.comfy.limits import Limits
from comfydoctor.errors import DoctorError, SettingsError, Unreachable, Untrusted
from comfydoctor.model.server import FoundServer, ServerProfile

__all__ = ["PORTS", "Examination", "Step", "examine", "find_servers", "listeners"]

PORTS = (8188, 8000, *range(8189, 8200))
"""ComfyUI's own, the older Desktop's, and those of further copies."""
QUICK = Limits(connect=1.0, read=3.0, total=4.0)
_CANDIDATES_MAX = 40
_AT_ONCE = 8


@dataclass(frozen=True)
class Listener:
    """A Python process that waits for connections."""

    port: int
    pid: int | None = None
    host: str = "127.0.0.1"


@dataclass(frozen=True)
class _Candidate:
    address: Address
    how: str
    pid: int | None = None


def listeners() -> tuple[Listener, ...]:
    """Python processes with an open port, as far as we may see them."""
    import psutil  # type: ignore[import-untyped,unused-ignore]

    found: list[Listener] = []
    try:
        connections = psutil.net_connections("tcp")
    except (psutil.Error, OSError):  # macOS tells only root
        return ()
    for connection in connections:
        if connection.status == psutil.CONN_LISTEN and connection.laddr:
            host = "::1" if connection.laddr.ip == "::1" else "127.0.0.1"
            if _is_python(connection.pid):
                found.append(Listener(connection.laddr.port, connection.pid, host))
    return tuple(found)


async def find_servers(
    *,
    ports: Iterable[int] = PORTS,
    environment: Mapping[str, str] = os.environ,
    look: Callable[[], Iterable[Listener]] = listeners,
    limits: Limits = QUICK,
) -> tuple[FoundServer, ...]:
    """ComfyUI servers here and at the address of the environment, best guess first.

    Each open port gets one ``GET /system_stats``; at most forty are tried.
    """
    candidates = _candidates(ports, environment, await asyncio.to_thread(look))
    turn = asyncio.Semaphore(_AT_ONCE)

    async def try_one(candidate: _Candidate) -> FoundServer | None:
        async with turn:
            return await _greet(candidate, limits)

    found = await asyncio.gather(*map(try_one, candidates))
    return tuple(server for server in found if server is not None)


def _candidates(
    ports: Iterable[int], environment: Mapping[str, str], seen: Iterable[Listener]
) -> list[_Candidate]:
    """By address, so that each is asked once; the environment's goes first."""
    listening = {listener.port: listener for listener in seen}
    found: dict[str, _Candidate] = {}

    def add(url: str, how: str, pid: int | None = None) -> None:
        address = parse_address(url)
        found.setdefault(address.url, _Candidate(address, how, pid))

    try:
        url, variable = from_environment(environment)
        if url:
            add(url, f"named by {variable}")
    except SettingsError:
        pass  # a wrong variable must not hide the servers that are there
    for port in ports:
        at = listening.pop(port, None)
        host = at.host if at else "127.0.0.1"
        pid = at.pid if at else None
        add(f"http://{_bracketed(host)}:{port}", "at a usual port", pid)
    for port, at in listening.items():
        url = f"http://{_bracketed(at.host)}:{port}"
        add(url, f"a listening Python process ({at.pid})", at.pid)
    return list(found.values())[:_CANDIDATES_MAX]


async def _greet(candidate: _Candidate, limits: Limits) -> FoundServer | None:
    if not await _is_open(candidate.address, limits):
        return None
    server = FoundServer(candidate.address.url, how=candidate.how, pid=candidate.pid)
    try:
        return await _ask(server, limits)
    except Unreachable:
        secure = candidate.address._replace(scheme="https")
        return await _greet_secure(replace(server, url=secure.url), limits)
    except DoctorError:
        return None


async def _greet_secure(server: FoundServer, limits: Limits) -> FoundServer | None:
    """A port that hangs up on plain HTTP may speak TLS; its certificate is new."""
    try:
        return await _ask(server, limits)
    except Untrusted as error:
        extras = (f"certificate {error.fingerprint}",)
        return replace(server, extras=extras)
    except DoctorError:
        return None


async def _ask(server: FoundServer, limits: Limits) -> FoundServer:
    client = Client(Http(ServerProfile("", server.url), limits=limits))
    try:
        info = await client.system_stats()
    finally:
        await client.aclose()
    extras = ("simulated",) if info.simulated else ()
    return replace(server, version=info.version, extras=extras)


async def _is_open(address: Address, limits: Limits) -> bool:
    try:
        async with asyncio.timeout(limits.connect):
            _, writer = await asyncio.open_connection(address.host, address.port)
            writer.transport.abort()
    except OSError:
        return False
    return True


def _is_python(pid: int | None) -> bool:
    import psutil

    if pid is None:
        return False
    try:
        process = psutil.Process(pid)
        words = (process.name(), *process.cmdline()[:1])
    except (psutil.Error, OSError):
        return False
    return any("python" in word.lower() or "comfy" in word.lower() for word in words)


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
