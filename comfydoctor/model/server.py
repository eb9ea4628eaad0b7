"""One ComfyUI server: how to reach it and what it says of itself."""

from dataclasses import dataclass, field, replace
from enum import Enum


class AuthKind(Enum):
    """How a server wants to be greeted; the secret itself lies in the keyring."""

    NONE = "none"
    BASIC = "basic"
    BEARER = "bearer"


@dataclass(frozen=True)
class ServerProfile:
    """How one server is reached. Holds no secret, so it may be shown and logged."""

    name: str
    url: str
    """Scheme, host, port and an optional path prefix, without a trailing slash."""
    auth: AuthKind = AuthKind.NONE
    user: str = ""
    """User name for basic auth; empty otherwise."""
    headers: tuple[tuple[str, str], ...] = ()
    """Extra headers, sent to this origin only."""
    ca_file: str = ""
    """PEM file of an own certificate authority."""
    pinned_sha256: str = ""
    """Fingerprint (hex) of a certificate that the person chose to trust."""
    proxy: str = ""
    """Proxy for this server alone; the environment's proxies are never used."""
    plain_secret_ok: bool = False
    """The person agreed to send the secret over a network without encryption."""

    @property
    def key(self) -> str:
        """What tells servers apart in settings, store and keyring."""
        return self.url.lower()


@dataclass(frozen=True)
class Device:
    """One compute device as ``GET /system_stats`` lists it; sizes in bytes.

    On ``cpu`` and ``mps`` the vram figures are the system's RAM (ComfyUI
    ``model_management.get_total_memory``), so `has_vram` is false there.
    """

    name: str
    type: str
    index: int | None
    vram_total: int
    vram_free: int
    torch_vram_total: int
    """Reserved by torch now; not a limit."""
    torch_vram_free: int
    """Reserved but not in use."""

    @property
    def has_vram(self) -> bool:
        """Whether the figures are video memory at all."""
        return self.type not in {"cpu", "mps"}

    @property
    def vram_used(self) -> int:
        """Used by anybody: total less what the driver and torch could give."""
        return max(0, self.vram_total - self.vram_free)

    @property
    def used_by_comfy(self) -> int:
        """In use by this ComfyUI's torch."""
        return max(0, self.torch_vram_total - self.torch_vram_free)

    @property
    def used_by_others(self) -> int:
        """Held by other programs (and by torch outside its own accounting)."""
        return max(0, self.vram_used - self.used_by_comfy)


@dataclass(frozen=True)
class PackageVersion:
    """A package ComfyUI ships with, installed against required (since 0.22)."""

    name: str
    installed: str
    """Empty when it is not installed."""
    required: str


@dataclass(frozen=True)
class ServerInfo:
    """What ``GET /system_stats`` says; text fields are empty when not told."""

    version: str
    os: str
    python: str
    torch: str
    argv: tuple[str, ...]
    embedded_python: bool
    ram_total: int
    ram_free: int
    devices: tuple[Device, ...]
    packages: tuple[PackageVersion, ...] = ()
    frontend_required: str = ""
    deploy_environment: str = ""
    simulated: str = ""
    """Id of the scenario when our own simulator answers; empty when real."""

    def simulated_by(self, scenario: str) -> "ServerInfo":
        """The same, marked as an answer of our simulator."""
        return replace(self, simulated=scenario)

    def at_least(self, *wanted: int) -> bool:
        """Whether the version is at least ``wanted``; false when not known."""
        return version_tuple(self.version) >= wanted if self.version else False


def version_tuple(text: str) -> tuple[int, ...]:
    """``"v0.33.0-rc1"`` -> ``(0, 33, 0)``; stops at the first odd part."""
    numbers: list[int] = []
    for part in text.lstrip("vV").split("."):
        digits = part[: len(part) - len(part.lstrip("0123456789"))]
        if not digits:
            break
        numbers.append(int(digits[:9]))
        if digits != part:
            break
    return tuple(numbers)


class Reach(Enum):
    """How well we hear the server at this moment."""

    CONNECTING = "connecting"
    CONNECTED = "connected"
    SLOW = "slow"
    """No answer for ten seconds though the port is open (ComfyUI stalls do that)."""
    DOWN = "down"
    """Refused or gone."""
    PROBLEM = "problem"
    """It answers, but not so that we can work: login, certificate, not ComfyUI."""
    STOPPED = "stopped"
    """We are not looking."""


@dataclass(frozen=True)
class Connection:
    """The state of our connection, in words for the person."""

    reach: Reach = Reach.STOPPED
    since: float = 0.0
    """Unix seconds since when."""
    detail: str = ""
    advice: str = ""
    live_events: bool = False
    """Whether the event channel (WebSocket) delivers."""
    log_stream: bool = False
    """Whether the log subscription delivers."""


@dataclass(frozen=True)
class FoundServer:
    """A ComfyUI found on this computer."""

    url: str
    version: str = ""
    how: str = ""
    """How it was found, in words: a usual port, or a listening process."""
    pid: int | None = None
    extras: tuple[str, ...] = field(default=())
