"""Decides whether a server runs on this computer, and as which process."""

import ipaddress
import socket
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from urllib.parse import urlsplit

from comfydoctor.host import system

FORWARDERS = frozenset(
    {
        *("ssh", "sshd", "autossh", "plink", "putty", "kubectl", "socat", "frpc"),
        *("docker-proxy", "com.docker.backend", "com.docker.vpnkit"),
        *("rootlessport", "rootlesskit", "slirp4netns", "pasta"),
        *("wslrelay", "wslhost", "cloudflared", "tailscaled"),
        *("nginx", "caddy", "haproxy", "traefik", "apache2", "httpd", "envoy"),
    }
)
"""Programs that listen here for a server that may be anywhere."""


class Place(Enum):
    """Where a server runs."""

    HERE = "here"
    ELSEWHERE = "elsewhere"
    NOT_KNOWN = "not known"


@dataclass(frozen=True)
class Whereabouts:
    """Where a server runs, and how we know."""

    place: Place
    reason: str
    pid: int | None = None
    """Its process, when it runs here and may be seen."""
    files_here: bool | None = None
    """Whether the folders it names exist here; None when it named none."""


class Surroundings:
    """What this computer tells about its ports, processes and addresses."""

    def __init__(self, processes: system.System | None = None) -> None:
        self._processes = processes or system.System()

    def addresses(self) -> frozenset[str]:
        """Addresses of this computer."""
        return system.own_addresses()

    def resolve(self, host: str) -> frozenset[str]:
        """Addresses of a name; empty when nobody knows it."""
        try:
            found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
        except OSError:
            return frozenset()
        return frozenset(str(entry[4][0]).partition("%")[0].lower() for entry in found)

    def listener(self, port: int) -> tuple[bool, int | None]:
        """Whether somebody listens on a port, and who, where we may see it."""
        try:
            found = system.listeners(port)
        except PermissionError:
            return True, None
        return bool(found), next((entry.pid for entry in found if entry.pid), None)

    def program(self, pid: int) -> str:
        """Name of a process, empty when it is gone."""
        reading = self._processes.process(pid)
        return reading.name if reading else ""


def locate(
    url: str,
    folders: Mapping[str, Sequence[str]] | None = None,
    *,
    surroundings: Surroundings | None = None,
    exists: Callable[[str], bool] = lambda path: Path(path).is_dir(),
) -> Whereabouts:
    """Find out where the server behind a URL runs. Blocks: call it aside.

    ``folders`` are the server's own (``GET /internal/folder_paths``). A loopback
    address proves nothing by itself: tunnels and containers listen there too.
    """
    around = surroundings or Surroundings()
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    if not is_loopback(host) and not around.resolve(host) & around.addresses():
        return Whereabouts(Place.ELSEWHERE, f"{host} is another computer.")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    files = files_here(folders, exists)
    listening, pid = around.listener(port)
    if not listening:
        return Whereabouts(Place.NOT_KNOWN, f"Nobody listens on port {port} here.")
    if pid is None:
        return _by_files(files, "The process on its port cannot be seen")
    program = around.program(pid)
    if program.lower().removesuffix(".exe") in FORWARDERS:
        return _by_files(files, f"{program} passes its port on")
    return Whereabouts(Place.HERE, f"{program} listens on port {port}.", pid, files)


def _by_files(files: bool | None, why: str) -> Whereabouts:
    """Judge by folders alone."""
    if files is None:
        return Whereabouts(Place.NOT_KNOWN, f"{why}.")
    if files:
        return Whereabouts(
            Place.HERE, f"{why}, but its folders are here.", files_here=True
        )
    return Whereabouts(
        Place.ELSEWHERE, f"{why}, and its folders are not here.", files_here=False
    )


def is_loopback(host: str) -> bool:
    """``localhost`` and the loopback addresses, IPv4 written into IPv6 too."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


def files_here(
    folders: Mapping[str, Sequence[str]] | None, exists: Callable[[str], bool]
) -> bool | None:
    """Tell whether most of the server's folders exist here; None: none told.

    Most, since a configuration may name folders that are nowhere.
    """
    paths = [path for path in _flat(folders or {}) if _is_plain(path)]
    if not paths:
        return None
    return sum(map(exists, paths)) * 2 > len(paths)


def _flat(folders: Mapping[str, Sequence[str]]) -> Iterable[str]:
    """At most a hundred: each costs a look at a disk."""
    return [path for paths in folders.values() for path in paths][:100]


def _is_plain(path: str) -> bool:
    r"""Tell whether it is absolute and not ``\\host\share``.

    To look at a share sends Windows' password hash to a host of the server's choice.
    """
    return path[1:3] == ":\\" or (path[:1] == "/" and path[1:2] not in {"/", "\\"})
