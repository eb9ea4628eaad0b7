"""Addresses as people type, paste and export them, made into one form."""

import ipaddress
import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import SplitResult, unquote, urlsplit

from comfydoctor.errors import SettingsError

PORT = 8188
"""ComfyUI's own default (``comfy/cli_args.py``)."""
_SCHEMES = {"http": "http", "https": "https", "ws": "http", "wss": "https"}
_DEFAULT_PORTS = {"http": 80, "https": 443}
_PASTED = {"api", "index.html", "ws", "system_stats", "queue", "prompt", "history"}
_HOST = re.compile(r"[\w.\-]+|[0-9a-fA-F:.]+(%[\w.\-]+)?")
_PREFIX = re.compile(r"[\w.~!$&'()*+,;=:@%/\-]*")
_ANY = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared, not bound


class Address(NamedTuple):
    """An address in its parts; ``prefix`` is empty or begins with a slash."""

    scheme: str
    host: str
    port: int
    prefix: str

    @property
    def secure(self) -> bool:
        return self.scheme == "https"

    @property
    def host_port(self) -> str:
        """As the ``Host`` header wants it; a default port is left out."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        if self.port == _DEFAULT_PORTS[self.scheme]:
            return host
        return f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.host_port}"

    @property
    def url(self) -> str:
        """What `ServerProfile.url` holds."""
        return self.origin + self.prefix

    @property
    def is_loopback(self) -> bool:
        """Whether nothing sent there leaves this computer."""
        if self.host == "localhost" or self.host.endswith(".localhost"):
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


def parse_address(text: str) -> Address:
    """Take ``studio-a``, ``10.0.0.5:8000``, ``::1``, ``https://x/comfy/#w`` and such.

    A name without scheme and port gets ComfyUI's port. A login in the address is
    dropped here; see `login_of`. Raises SettingsError.
    """
    typed = text.strip().strip("\"'<>").replace("\\", "/")
    parts, port, guessed = _split(typed)
    scheme = _SCHEMES.get(parts.scheme.lower(), "")
    host = (parts.hostname or "").rstrip(".")
    if not scheme or not _HOST.fullmatch(host):
        raise _unclear(typed)
    if port is None:
        port = PORT if guessed else _DEFAULT_PORTS[scheme]
    return Address(scheme, _ANY.get(host, host), port, _prefix(parts.path, typed))


def normalise(text: str) -> str:
    """The one spelling of an address, for `ServerProfile.url`."""
    return parse_address(text).url


def login_of(text: str) -> tuple[str, str]:
    """User and password pasted inside an address; empty when there are none."""
    parts, _, _ = _split(text.strip())
    return unquote(parts.username or ""), unquote(parts.password or "")


def from_environment(environment: Mapping[str, str]) -> tuple[str, str]:
    """Address and the variable that named it, by precedence; else two empty texts."""
    for variable in ("COMFYDOCTOR_URL", "COMFY_LOCAL_URL", "COMFYUI_URL"):
        if value := environment.get(variable, "").strip():
            return normalise(value), variable
    if value := environment.get("COMFYUI_HOST", "").strip():
        port = environment.get("COMFYUI_PORT", "").strip()
        return normalise(_with_port(value, port)), "COMFYUI_HOST"
    return "", ""


def _with_port(host: str, port: str) -> str:
    """``COMFYUI_HOST`` may be a whole URL, and then may name its port itself."""
    if not port.isdecimal():
        return host
    parts, own_port, _ = _split(host)
    if own_port is not None or not parts.hostname:
        return host
    bracketed = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{bracketed}:{port}{parts.path}"


def _split(typed: str) -> tuple[SplitResult, int | None, bool]:
    """Parts, port and whether the scheme was ours; SettingsError when hopeless."""
    has_scheme = re.match(r"[A-Za-z][A-Za-z0-9+.\-]*://", typed)
    bare = typed if has_scheme else f"http://{_bracketed(typed)}"
    try:
        parts = urlsplit(bare)
        return parts, parts.port, not has_scheme
    except ValueError:
        raise _unclear(typed) from None


def _bracketed(typed: str) -> str:
    """An IPv6 address may be typed without the brackets a URL needs."""
    host, slash, rest = typed.partition("/")
    if host.count(":") > 1 and not host.startswith("["):
        return f"[{host}]{slash}{rest}"
    return typed


def _prefix(path: str, typed: str) -> str:
    parts = [part for part in path.split("/") if part]
    while parts and parts[-1].lower() in _PASTED:
        parts.pop()
    if not _PREFIX.fullmatch(path) or ".." in parts:
        raise _unclear(typed)
    return "".join(f"/{part}" for part in parts)


def _unclear(typed: str) -> SettingsError:
    # What was typed may hold a password, so only a login-free part is repeated.
    shown = typed.rsplit("@", 1)[-1][:80]
    return SettingsError(
        f"“{shown}” is not an address ComfyDoctor understands.",
        advice="Type it as your browser shows it, for example 192.168.1.20:8188.",
    )
