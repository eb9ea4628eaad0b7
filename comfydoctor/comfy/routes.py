"""What all routes share: prefix, status codes, parsing off the event loop."""

import asyncio
from collections.abc import Callable
from typing import TypeVar, Unpack
from urllib.parse import quote

from comfydoctor.comfy import trouble
from comfydoctor.comfy.exchange import Answer, Options
from comfydoctor.comfy.http import Http
from comfydoctor.comfy.parse_json import load
from comfydoctor.comfy.text import one_line
from comfydoctor.errors import ServerError

T = TypeVar("T")
_OFF_LOOP = 1 << 18
"""Bytes from which parsing goes to a thread."""
_MAYBE_PREFIX = {403, 404, 405}
_SIMULATED = "x-comfydoctor-simulated"


class Routes:
    """Base of the route groups; `comfydoctor.comfy.client.Client` joins them."""

    def __init__(self, http: Http) -> None:
        self.http = http
        self.simulated = ""
        """Scenario id when the last answer came from our simulator."""
        self._prefix = ""
        self._settled = False

    @property
    def requests(self) -> int:
        """Requests sent so far."""
        return self.http.requests

    async def aclose(self) -> None:
        """Close the connections."""
        await self.http.aclose()

    async def _ask(
        self, method: str, path: str, *, fixed: bool = False, **options: Unpack[Options]
    ) -> Answer:
        """One exchange of any status. ``fixed`` routes exist in one spelling only.

        ComfyUI serves its routes with and without ``/api``, but some proxies pass
        only the former. So until one spelling has worked the other is tried too; a
        status that says "no such route" also says that nothing was done.
        """
        if fixed:
            return await self._send(method, path, options)
        answer = await self._send(method, self._prefix + path, options)
        if self._settled or not _elsewhere(answer):
            self._settled = self._settled or answer.status < 400
            return answer
        other = await self._send(method, f"/api{path}", options)
        if _elsewhere(other):
            return answer
        self._prefix, self._settled = "/api", True
        return other

    async def _send(self, method: str, path: str, options: Options) -> Answer:
        answer = await self.http.send(method, path, **options)
        self.simulated = one_line(answer.headers.get(_SIMULATED, ""), 80)
        return answer

    async def _call(
        self, method: str, path: str, *, fixed: bool = False, **options: Unpack[Options]
    ) -> Answer:
        """`_ask`, with every error status as an exception."""
        answer = await self._ask(method, path, fixed=fixed, **options)
        return self._checked(answer, path)

    async def _find(self, path: str, **options: Unpack[Options]) -> Answer | None:
        """GET something that may not exist: 404 is None."""
        answer = await self._ask("GET", path, **options)
        return None if answer.status == 404 else self._checked(answer, path)

    async def _get(
        self,
        path: str,
        parse: Callable[[object], T],
        *,
        tolerant: bool = False,
        fixed: bool = False,
        **options: Unpack[Options],
    ) -> T:
        """GET and parse."""
        answer = await self._call("GET", path, fixed=fixed, **options)
        return await self._parsed(answer, parse, tolerant=tolerant)

    async def _parsed(
        self, answer: Answer, parse: Callable[[object], T], *, tolerant: bool = False
    ) -> T:
        """The body as ``parse`` understands it; large ones in a thread."""
        if answer.content_type == "text/html":
            raise trouble.not_comfy(self.http.url, answer.body)

        def work() -> T:
            return parse(load(answer.body, self.http.limits, tolerant=tolerant))

        try:
            if len(answer.body) < _OFF_LOOP:
                return work()
            return await asyncio.to_thread(work)
        except ServerError as error:
            error.url = self.http.url
            raise

    def _checked(self, answer: Answer, path: str) -> Answer:
        url, status = self.http.url, answer.status
        if status < 300:
            return answer
        if status in {401, 407}:
            raise trouble.login_needed(url)
        if status == 403:
            raise trouble.forbidden(url)
        if status in {404, 405, 501}:
            raise trouble.unsupported(url, path)
        if status in {502, 504}:
            raise trouble.behind_proxy(url, status)
        raise trouble.rejected(url, status, answer.body)


def quoted(name: str) -> str:
    """A name as ONE path segment: ComfyUI wants its slashes as ``%2F``."""
    return quote(name, safe="")


def _elsewhere(answer: Answer) -> bool:
    return answer.status in _MAYBE_PREFIX or answer.content_type == "text/html"
