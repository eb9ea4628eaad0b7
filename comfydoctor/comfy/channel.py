"""How an event channel is opened, how long things may take, and why it ended."""

import json
import logging
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from websockets.asyncio.client import connect
from websockets.exceptions import (
    ConnectionClosed,
    InvalidHandshake,
    InvalidStatus,
)

from comfydoctor.model.server import ServerProfile

MAX_FRAME = 64 << 20
"""Bytes of one message; a 4K preview as PNG is larger than the usual 1 MiB."""
FLAGS = json.dumps(
    {"type": "feature_flags", "data": {"supports_preview_metadata": True}}
)
"""Must be the first message; ComfyUI ignores it later."""
Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Timing:
    """Seconds of everything that waits."""

    opening: float = 10.0
    ping: float = 5.0
    pong: float = 20.0
    """A node that holds the interpreter delays pongs; that is no broken line."""
    closing: float = 1.0
    retry_base: float = 0.5
    retry_cap: float = 30.0
    healthy: float = 30.0
    """A connection that lasted so long makes the next retry quick again."""
    watch: float = 0.5
    """How often the rule of the dead socket is looked at."""
    tick: float = 0.05
    """Pause between two deliveries."""
    budget: float = 0.01
    """Time that one delivery may spend on decoding."""
    overflow: float = 60.0
    """Overflow after which the log subscription is given up."""
    logs_again: float = 300.0
    """Calm after which it is taken up again."""
    logs_retry: float = 10.0
    """Pause after a log subscription that failed."""


class Backoff:
    """Full jitter: clients of a restarted server must not come back together."""

    def __init__(self, rng: Callable[[], float], base: float, cap: float) -> None:
        self._rng = rng
        self._base = base
        self._cap = cap
        self.attempts = 0

    def next(self) -> float:
        """Seconds to wait before the next attempt."""
        ceiling = min(self._cap, self._base * 2.0 ** min(self.attempts, 30))
        self.attempts += 1
        return self._rng() * ceiling

    def reset(self) -> None:
        self.attempts = 0


class Opening(connect):
    """Never follows a redirect: the headers would go to another origin."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        return exc


def open_channel(
    profile: ServerProfile,
    client_id: str,
    headers: Headers,
    ssl_context: ssl.SSLContext | None,
    timing: Timing,
) -> Opening:
    """Connect without origin, without the environment's proxies, uncompressed."""
    return Opening(
        socket_url(profile.url, client_id),
        additional_headers=merge(profile.headers, headers),
        user_agent_header="ComfyDoctor",
        compression=None,
        proxy=profile.proxy or None,
        open_timeout=timing.opening,
        ping_interval=timing.ping,
        ping_timeout=timing.pong,
        close_timeout=timing.closing,
        max_size=MAX_FRAME,
        max_queue=16,
        logger=_silent(),
        # The library takes None for "no TLS" and refuses it where TLS is wanted.
        ssl=ssl_context or (True if is_secure(profile.url) else None),
    )


def is_secure(url: str) -> bool:
    """Tell whether a profile's address wants TLS."""
    return urlsplit(url).scheme in {"https", "wss"}


def socket_url(url: str, client_id: str) -> str:
    """``http://host/prefix`` -> ``ws://host/prefix/ws?clientId=...``."""
    parts = urlsplit(url)
    scheme = "wss" if is_secure(url) else "ws"
    return f"{scheme}://{parts.netloc}{parts.path.rstrip('/')}/ws?clientId={client_id}"


def merge(
    first: tuple[tuple[str, str], ...], second: tuple[tuple[str, str], ...]
) -> list[tuple[str, str]]:
    """Join two lists of headers; the second wins where both have a name."""
    names = {name.lower() for name, _ in second}
    return [pair for pair in first if pair[0].lower() not in names] + list(second)


_GIVEN_UP = {
    1002: "the event channel delivered garbage",
    1007: "the event channel delivered text that is none",
    1009: f"a message was larger than {MAX_FRAME >> 20} MiB",
    1011: "the server did not answer our pings",
}
_NOT_OPENED: tuple[tuple[type[Exception], str], ...] = (
    (InvalidHandshake, "the answer is not that of an event channel"),
    (TimeoutError, "the event channel did not open in time"),
    (ConnectionRefusedError, "nobody listens at this address"),
    (ssl.SSLError, "the certificate is not trusted"),
    (OSError, "the address cannot be reached"),
    (ImportError, "this kind of proxy is not supported"),
)


def describe(error: Exception) -> str:
    """Say in plain words why the event channel is not there."""
    if isinstance(error, ConnectionClosed):
        return _describe_end(error)
    if isinstance(error, InvalidStatus):
        return f"the event channel was refused ({error.response.status_code})"
    for kind, words in _NOT_OPENED:
        if isinstance(error, kind):
            return words
    return "the event channel cannot be opened with these settings"


def _describe_end(error: ConnectionClosed) -> str:
    if error.sent is not None and not error.rcvd_then_sent:
        code = int(error.sent.code)
        return _GIVEN_UP.get(code, f"the event channel was given up ({code})")
    if error.rcvd is None:
        return "the event channel was cut off"
    return "the server closed the event channel"


def _silent() -> logging.Logger:
    """Return a logger that keeps quiet: the library would log our secrets."""
    logger = logging.getLogger("comfydoctor.comfy.channel.websockets")
    logger.setLevel(logging.CRITICAL + 1)
    logger.propagate = False
    return logger
