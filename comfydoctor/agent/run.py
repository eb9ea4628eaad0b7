"""Runs the agent: readings and the HTTP side together, until told to stop."""

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web

from comfydoctor.agent.server import Access, make_app
from comfydoctor.agent.watchpost import Watchpost
from comfydoctor.errors import UsageError

SHORTEST_TOKEN = 16


@dataclass(frozen=True)
class Listening:
    """Where the agent listens, and who may ask."""

    host: str
    port: int
    token: str = ""

    def check(self) -> None:
        """Raises UsageError for a place that others reach without a token."""
        if not is_loopback(self.host) and not self.token:
            raise UsageError(
                f"{self.host} is reached from other computers: a token is needed.",
                advice="Put one into a file and name it with --token-file.",
            )
        if self.token and len(self.token) < SHORTEST_TOKEN:
            raise UsageError(
                f"The token is shorter than {SHORTEST_TOKEN} signs.",
                advice="Make one: python -c 'import secrets; "
                "print(secrets.token_urlsafe(32))'",
            )


def is_loopback(host: str) -> bool:
    """Whether only this computer can reach an address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


async def serve(
    listening: Listening,
    ready: Callable[[str], None],
    *,
    post: Watchpost | None = None,
) -> None:
    """Serve until cancelled; ``ready`` is told the address.

    Raises UsageError when that may not or cannot be listened at.
    """
    listening.check()
    post = post or Watchpost()
    runner = web.AppRunner(
        make_app(post, Access(listening.token)), access_log=None, handle_signals=False
    )
    await runner.setup()
    site = web.TCPSite(runner, listening.host, listening.port)
    try:
        try:
            await site.start()
        except OSError as error:
            raise UsageError(
                f"{listening.host}:{listening.port} cannot be listened at: "
                f"{error.strerror or error}.",
                advice="Name another port with --port.",
            ) from error
        port = runner.addresses[0][1]
        host = f"[{listening.host}]" if ":" in listening.host else listening.host
        ready(f"http://{host}:{port}")
        await post.run()
    finally:
        await runner.cleanup()
