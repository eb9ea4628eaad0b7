"""Stands between us and a server and notes every request that passes."""

import contextlib
import re
import select
import socket
import threading
import time
from dataclasses import dataclass, field

HEAVY = re.compile(r"(/api)?/(object_info|queue|history|jobs)(\?.*)?")
"""Routes whose answer grows with what a server holds: they may cost it 0.1 s."""
SIMULATED = "/comfydoctor/"
REQUEST = re.compile(rb"(?:GET|POST|PUT|PATCH|DELETE) (\S+) HTTP/1\.1\r\n")
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass
class Request:
    """One request; ``ended`` is None while its answer is under way."""

    path: str
    began: float
    ended: float | None = None

    @property
    def heavy(self) -> bool:
        """Whether two of these must not be asked at once."""
        return HEAVY.fullmatch(self.path) is not None


@dataclass
class Meter:
    """A forwarder on a port of its own; use `close` at the end."""

    host: str
    port: int
    requests: list[Request] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._server = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = f"http://127.0.0.1:{self._server.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Take no further connections."""
        self._server.close()

    def between(self, begin: float, end: float) -> list[Request]:
        """Requests of a stretch, without what only a simulator is asked."""
        return [
            request
            for request in self.requests
            if begin <= request.began < end and not request.path.startswith(SIMULATED)
        ]

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._server.accept()
                threading.Thread(
                    target=self._carry, args=(client,), daemon=True
                ).start()

    def _carry(self, client: socket.socket) -> None:
        there = (self.host, self.port)
        with (
            contextlib.suppress(OSError),
            client,
            socket.create_connection(there) as server,
        ):
            _Line(client, server, self.requests).run()


class _Line:
    """One connection: httpx sends each head in one piece, never two at once."""

    def __init__(
        self, client: socket.socket, server: socket.socket, seen: list[Request]
    ) -> None:
        self._client, self._server, self._seen = client, server, seen
        self._now: Request | None = None
        self._left: int | None = None

    def run(self) -> None:
        """Carry both ways until one end closes."""
        while True:
            ready, _, _ = select.select([self._client, self._server], [], [])
            for end in ready:
                piece = end.recv(1 << 16)
                if not piece:
                    self._answered()
                    return
                if end is self._client:
                    self._asked(piece)
                    self._server.sendall(piece)
                else:
                    self._client.sendall(piece)
                    self._came(piece)

    def _asked(self, piece: bytes) -> None:
        found = REQUEST.match(piece)
        if found:
            self._answered()
            self._now = Request(found[1].decode("latin-1"), time.monotonic())
            self._left = None
            self._seen.append(self._now)

    def _came(self, piece: bytes) -> None:
        if self._now is None or self._now.ended is not None:
            return
        if self._left is None:
            head, gap, body = piece.partition(b"\r\n\r\n")
            length = LENGTH.search(head)
            if not gap or not length:
                return
            self._left = int(length[1]) - len(body)
        else:
            self._left -= len(piece)
        if self._left <= 0:
            self._answered()

    def _answered(self) -> None:
        if self._now is not None and self._now.ended is None:
            self._now.ended = time.monotonic()


def most_at_once(requests: list[Request]) -> int:
    """How many of these were under way at the same moment."""
    points = [(r.began, 1) for r in requests]
    points += [(r.ended, -1) for r in requests if r.ended is not None]
    most = now = 0
    for _, step in sorted(points):
        now += step
        most = max(most, now)
    return most
