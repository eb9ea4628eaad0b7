"""The only way to speak HTTP to a server: capped, timed, and to one origin only."""

import asyncio
import contextlib
import io
import re
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Unpack
from urllib.parse import quote, urlencode

import httpx

from comfydoctor import __version__
from comfydoctor.comfy import auth, tls, trouble
from comfydoctor.comfy.address import parse_address
from comfydoctor.comfy.exchange import Answer, Options
from comfydoctor.comfy.limits import Limits
from comfydoctor.comfy.parse_json import strict_bytes
from comfydoctor.comfy.pin import fingerprint
from comfydoctor.comfy.text import one_line
from comfydoctor.errors import (
    Garbled,
    ServerError,
    SettingsError,
    TooMuch,
    Untrusted,
)
from comfydoctor.model.server import ServerProfile

_Connections = httpx.AsyncClient  # noqa: TID251 - this is that file
_LISTS = re.compile(r"(/api)?/(queue|history|jobs)")
"""Grow with what a server holds and may take it 0.1 s each: one after the other."""
_BREATH = 64
"""Pieces of a body after which other tasks get their turn."""
_HEADERS = {
    "accept": "*/*",
    "accept-encoding": "identity",
    "user-agent": f"ComfyDoctor/{__version__}",
}


class Http:
    """Requests to the one server of ``profile``.

    No redirect is followed, no proxy or login of the environment is used, no cookie
    is kept, nothing is decompressed. Every request goes to the profile's origin, so
    its login may be a default header. ``pace`` is awaited before each request.
    Methods raise errors of `ServerError` and, for a wrong profile, SettingsError.
    """

    def __init__(
        self,
        profile: ServerProfile,
        *,
        secret: str = "",
        limits: Limits = Limits(),  # noqa: B008 - frozen
        clock: Callable[[], float] = time.monotonic,
        pace: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self.profile = profile
        self.limits = limits
        self.requests = 0
        """Sent so far."""
        self._address = parse_address(profile.url)
        self._secret = secret
        self._clock = clock
        self._pace = pace
        self._client: _Connections | None = None
        self._connecting = asyncio.Lock()
        self._heavy = asyncio.Lock()
        self._lists = asyncio.Lock()

    @property
    def url(self) -> str:
        """The server's address, without secrets."""
        return self._address.url

    @property
    def login(self) -> str:
        """Authorization for the event channel of this origin; a secret, or empty."""
        return auth.login_header(self.profile, self._secret)

    async def get(self, path: str, **options: Unpack[Options]) -> Answer:
        """See `send`."""
        return await self.send("GET", path, **options)

    async def post(self, path: str, **options: Unpack[Options]) -> Answer:
        """See `send`."""
        return await self.send("POST", path, **options)

    async def patch(self, path: str, **options: Unpack[Options]) -> Answer:
        """See `send`."""
        return await self.send("PATCH", path, **options)

    async def delete(self, path: str, **options: Unpack[Options]) -> Answer:
        """See `send`."""
        return await self.send("DELETE", path, **options)

    async def send(self, method: str, path: str, **options: Unpack[Options]) -> Answer:
        """One exchange. ``path`` begins with a slash and is already quoted."""
        heavy = options.get("heavy", False)
        usual = self.limits.heavy_total if heavy else self.limits.total
        seconds = options.get("total") or usual
        try:
            async with asyncio.timeout(seconds), self._turn(method, path, heavy):
                client = await self._ready()
                request = self._request(client, method, path, options)
                limit = options.get("limit") or self.limits.body
                return await self._exchange(client, request, limit)
        except TimeoutError:
            raise trouble.too_slow(self.url, seconds) from None
        except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, OSError) as error:
            said = self._explain(error, seconds)
        raise await self._with_fingerprint(said)

    async def aclose(self) -> None:
        """Close all connections; the object is not used again."""
        if self._client is not None:
            await self._client.aclose()

    def _request(
        self, client: _Connections, method: str, path: str, options: Options
    ) -> httpx.Request:
        if not path.startswith("/"):
            raise SettingsError(f"“{one_line(path, 60)}” is not a path.")
        query = urlencode(options.get("params") or {}, quote_via=quote)
        url = self.url + path + (f"?{query}" if query else "")
        content = options.get("body")
        if "json" in options:
            content = strict_bytes(options["json"])
        headers = {}
        if content is not None:
            headers["content-type"] = options.get("content_type", "application/json")
        return client.build_request(method, url, headers=headers, content=content)

    @contextlib.asynccontextmanager
    async def _turn(self, method: str, path: str, heavy: bool) -> AsyncIterator[None]:
        if self._pace is not None:
            await self._pace()
        asks_list = method == "GET" and _LISTS.fullmatch(path) is not None
        lists = self._lists if asks_list else contextlib.nullcontext()
        async with lists, self._heavy if heavy else contextlib.nullcontext():
            yield

    async def _ready(self) -> _Connections:
        """The client, made at the first request because a pin needs the network."""
        async with self._connecting:
            if self._client is None:
                auth.check_exposure(self.profile, self._secret)
                trust = await tls.context(self.profile, seconds=self.limits.connect)
                self._client = self._make(trust)
            return self._client

    def _make(self, trust: ssl.SSLContext | None) -> _Connections:
        limits = self.limits
        try:
            return _Connections(
                headers=_HEADERS | auth.headers(self.profile, self._secret),
                cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
                verify=trust or ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
                proxy=self.profile.proxy or None,
                trust_env=False,
                follow_redirects=False,
                timeout=httpx.Timeout(
                    connect=limits.connect,
                    read=limits.read,
                    write=limits.write,
                    pool=limits.heavy_total,
                ),
                limits=httpx.Limits(max_connections=limits.connections),
            )
        except (ValueError, ImportError, httpx.InvalidURL):
            raise SettingsError(
                "The proxy of this server is not understood.",
                advice="Write it as http://name:port.",
            ) from None

    async def _exchange(
        self, client: _Connections, request: httpx.Request, limit: int
    ) -> Answer:
        started = self._clock()
        self.requests += 1
        response = await client.send(request, stream=True)
        try:
            self._check_head(response, limit)
            body = await self._read(response, limit)
        finally:
            await response.aclose()
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status_code, headers, body, self._clock() - started)

    def _check_head(self, response: httpx.Response, limit: int) -> None:
        """Everything that can be refused before a byte of the body is read."""
        headers = response.headers
        location = headers.get("location", "")
        if 300 <= response.status_code < 400 and location:
            raise trouble.redirected(self.url, location)
        encoding = headers.get("content-encoding", "").strip().lower()
        if encoding not in {"", "identity"}:
            raise trouble.compressed(self.url, encoding)
        announced = headers.get("content-length", "")
        if announced.isdecimal() and int(announced) > limit:
            raise trouble.too_large(self.url, limit)

    async def _read(self, response: httpx.Response, limit: int) -> bytes:
        """A body in one-byte chunks must neither cost a list nor hold the loop.

        `io.BytesIO` gives away what it has written; a copy of 30 MB would hold up
        every thread for 20 ms.
        """
        body = io.BytesIO()
        pieces = 0
        async for piece in response.aiter_raw():
            body.write(piece)
            if body.tell() > limit:
                raise trouble.too_large(self.url, limit)
            pieces += 1
            if pieces % _BREATH == 0:
                await asyncio.sleep(0)
        return body.getvalue()

    def _explain(self, error: Exception, seconds: float) -> ServerError:
        match error:
            case httpx.TimeoutException():
                return trouble.too_slow(self.url, self._waited(error, seconds))
            case httpx.RemoteProtocolError() if "too long" in str(error):
                return TooMuch(
                    "The head of the server's answer is too long.", url=self.url
                )
            case httpx.RemoteProtocolError() if "disconnected" not in str(error):
                return Garbled(
                    "The server's answer is not HTTP.",
                    url=self.url,
                    advice="Another program answers here, or the address needs https.",
                )
            case httpx.ConnectError() | httpx.ProxyError():
                return trouble.from_connecting(error, self.url)
            case _:
                return trouble.cut_off(self.url)

    def _waited(self, error: Exception, total: float) -> float:
        """Which of the deadlines passed."""
        if isinstance(error, httpx.ConnectTimeout):
            return self.limits.connect
        return self.limits.read if isinstance(error, httpx.ReadTimeout) else total

    async def _with_fingerprint(self, error: ServerError) -> ServerError:
        """Show which certificate was refused, so that the person can judge it."""
        if isinstance(error, Untrusted) and not self.profile.proxy:
            with contextlib.suppress(ServerError):
                shown = await tls.fetch_certificate(
                    self._address, seconds=self.limits.connect
                )
                error.fingerprint = fingerprint(shown)
        return error
