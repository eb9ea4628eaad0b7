"""A first look at a server before the window is painted: a thread and a socket.

Nothing heavy is imported here, and what is needed to read the answer is imported
by the thread after the request is on its way.
"""

import socket
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from comfydoctor.errors import DoctorError, TimedOut, TooMuch
from comfydoctor.model.server import ServerInfo

if TYPE_CHECKING:
    from comfydoctor.comfy.address import Address

DEADLINE = 3.0
CAP = 256 * 1024
"""Bytes of each answer that are read at most."""


class Glance(NamedTuple):
    """What was seen. ``problem`` is a sentence when it was nothing, else empty."""

    url: str
    info: ServerInfo | None = None
    queue_remaining: int | None = None
    problem: str = ""
    advice: str = ""
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether a ComfyUI answered."""
        return self.info is not None


class Looking:
    """A glance under way."""

    def __init__(self) -> None:
        self.result: Glance | None = None
        """None until it is over."""
        self._over = threading.Event()

    def wait(self, seconds: float) -> Glance | None:
        """The result, at the latest after ``seconds``; None when it takes longer."""
        self._over.wait(seconds)
        return self.result

    def finish(self, result: Glance) -> None:
        """Called once, by the thread."""
        self.result = result
        self._over.set()


def glance(
    url: str,
    *,
    pinned_sha256: str = "",
    deadline: float = DEADLINE,
    cap: int = CAP,
    on_done: Callable[[Glance], None] | None = None,
) -> Looking:
    """Start looking at ``url`` and return at once. Never raises.

    Sends no login: a server that wants one shows a problem here, and is greeted
    properly later. ``on_done`` is called in the thread.
    """
    looking = Looking()

    def work() -> None:
        found = look(url, pinned_sha256=pinned_sha256, deadline=deadline, cap=cap)
        looking.finish(found)
        if on_done is not None:
            on_done(found)

    # A daemon: a name server that does not answer must not hold the program.
    threading.Thread(target=work, name="glance", daemon=True).start()
    return looking


def look(
    url: str, *, pinned_sha256: str = "", deadline: float = DEADLINE, cap: int = CAP
) -> Glance:
    """The same in this thread."""
    started = time.monotonic()
    try:
        eye = _Eye(url, pinned_sha256, started + deadline, cap)
        stats = eye.get("/system_stats")
        _check(stats)
        info, remaining = _read(stats, eye.get("/prompt"))
        return Glance(url, info, remaining, seconds=time.monotonic() - started)
    except DoctorError as error:
        problem, advice = str(error), error.advice
    except Exception as error:  # noqa: BLE001 - a glance decides nothing
        problem, advice = _words(error, url), ""
    seconds = time.monotonic() - started
    return Glance(url, problem=problem, advice=advice, seconds=seconds)


class _Raw(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


class _Eye:
    """HTTP/1.0, because its answers need no decoding and end with the connection."""

    def __init__(self, url: str, pin: str, until: float, cap: int) -> None:
        from comfydoctor.comfy.address import parse_address

        self._address: Address = parse_address(url)
        self._pin = pin
        self._until = until
        self._cap = cap

    def get(self, path: str) -> _Raw:
        request = (
            f"GET {self._address.prefix}{path} HTTP/1.0\r\n"
            f"Host: {self._address.host_port}\r\n"
            "Accept-Encoding: identity\r\nUser-Agent: ComfyDoctor\r\n\r\n"
        )
        with self._connect() as line:
            line.settimeout(self._left())
            line.sendall(request.encode("ascii"))
            return _split(self._receive(line))

    def _connect(self) -> socket.socket:
        host = self._address.host
        # Bytes of a plain name go as they are; a text would load Python's IDNA.
        named = host.encode() if host.isascii() else host
        where = (named, self._address.port)
        line = socket.create_connection(where, timeout=self._left())  # type: ignore[arg-type]
        return self._secured(line) if self._address.secure else line

    def _secured(self, line: socket.socket) -> socket.socket:
        """A pin is compared after the handshake, before anything is sent."""
        import ssl

        from comfydoctor.comfy import trouble
        from comfydoctor.comfy.pin import fingerprint, normal_fingerprint

        trust = ssl.create_default_context()
        if self._pin:
            trust.check_hostname, trust.verify_mode = False, ssl.CERT_NONE
        try:
            line.settimeout(self._left())
            secured = trust.wrap_socket(line, server_hostname=self._address.host)
        except BaseException:
            line.close()
            raise
        shown = fingerprint(secured.getpeercert(binary_form=True) or b"")
        if self._pin and shown != normal_fingerprint(self._pin):
            secured.close()
            raise trouble.changed_certificate(self._address.url, shown)
        return secured

    def _receive(self, line: socket.socket) -> bytes:
        pieces: list[bytes] = []
        size = 0
        while True:
            line.settimeout(self._left())
            piece = line.recv(65536)
            if not piece:
                return b"".join(pieces)
            pieces.append(piece)
            size += len(piece)
            if size > self._cap:
                raise TooMuch("The server's answer is too large for a first look.")
            # Some servers keep the connection open in spite of HTTP/1.0.
            if _is_whole(pieces, size):
                return b"".join(pieces)

    def _left(self) -> float:
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimedOut("The server did not answer at once; still trying.")
        return left


def _is_whole(pieces: list[bytes], size: int) -> bool:
    if len(pieces) > 64:
        return False  # dripped: joining at each drop would cost too much
    head, gap, body = b"".join(pieces).partition(b"\r\n\r\n")
    length = _headers(head).get("content-length", "")
    return bool(gap) and length.isdecimal() and len(body) >= int(length[:12])


def _split(answer: bytes) -> _Raw:
    head, _, body = answer.partition(b"\r\n\r\n")
    status = head.split(b"\r\n", 1)[0].split(b" ")
    if len(status) < 2 or not status[0].startswith(b"HTTP/1."):
        raise _not_http(head)
    return _Raw(int(status[1]), _headers(head), body)


def _headers(head: bytes) -> dict[str, str]:
    rows = head.decode("latin-1").split("\r\n")[1:]
    pairs = (row.partition(":") for row in rows)
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


def _read(stats: _Raw, prompt: _Raw) -> tuple[ServerInfo, int]:
    """Imported here: by now the answers are in, and the window is being made."""
    from comfydoctor.comfy.limits import Limits
    from comfydoctor.comfy.parse_json import load
    from comfydoctor.comfy.parse_server import parse_remaining, parse_system_stats
    from comfydoctor.comfy.text import one_line

    _check(prompt)
    info = parse_system_stats(load(stats.body, Limits()))
    simulated = one_line(stats.headers.get("x-comfydoctor-simulated", ""), 80)
    remaining = parse_remaining(load(prompt.body, Limits()))
    return info.simulated_by(simulated), remaining


def _check(answer: _Raw) -> None:
    is_page = "html" in answer.headers.get("content-type", "")
    if answer.status == 200 and not is_page:
        return
    from comfydoctor.comfy import trouble  # brings ssl, so only when needed

    if answer.status in {401, 407}:
        raise trouble.login_needed("")
    if answer.status != 200:
        raise trouble.rejected("", answer.status, answer.body)
    raise trouble.not_comfy("", answer.body)


def _not_http(head: bytes) -> DoctorError:
    from comfydoctor.comfy import trouble

    return trouble.not_comfy("", head) if head else trouble.cut_off("")


def _words(error: Exception, url: str) -> str:
    from comfydoctor.comfy import trouble

    if isinstance(error, TimeoutError):
        return "The server did not answer at once; still trying."
    if isinstance(error, OSError):
        return str(trouble.from_connecting(error, url))
    return "The server's answer was not understood."
