"""ComfyUI-Manager in its three generations, found without touching anything."""

import re
from typing import Unpack

from comfydoctor.comfy.exchange import Answer, Options, Params
from comfydoctor.comfy.parse_features import parse_features
from comfydoctor.comfy.parse_fields import mapping, name, sequence, whole
from comfydoctor.comfy.routes import Routes
from comfydoctor.errors import Unreachable, Unsupported
from comfydoctor.model.manager import Manager, ManagerGeneration
from comfydoctor.model.server import version_tuple

_VERSION = re.compile(rb"\s*[vV]?\d{1,4}(\.\d{1,6}){1,4}[\w.+-]{0,20}\s*")
_POST_SINCE = (4, 2, 1)
_MAY_GET = {ManagerGeneration.V3, ManagerGeneration.V4_GET}


class ManagerRoutes(Routes):
    """Changes are posted; a GET follows only a 405 of a generation that wants GET.

    On V4.0.4 and old V3 even a GET reboots, saves and resets, so nothing but
    version routes is ever asked to find out what is there.
    """

    _manager: Manager | None = None

    async def manager(self) -> Manager:
        """Which Manager answers now; NONE when there is none."""
        self._manager = await self._detect()
        return self._manager

    async def manager_reboot(self) -> None:
        """Restart ComfyUI: the queue and the history are lost. A cut is success."""
        try:
            await self._change("/manager/reboot")
        except Unreachable:
            return

    async def snapshots(self) -> tuple[str, ...]:
        """Names of the saved states, newest first."""
        path = await self._path("/snapshot/getlist")

        def parse(value: object) -> tuple[str, ...]:
            return tuple(name(item) for item in sequence(mapping(value).get("items")))

        return await self._get(path, parse)

    async def save_snapshot(self) -> None:
        """Save the state of the node packs. Packs copied by hand are left out."""
        await self._change("/snapshot/save")

    async def restore_snapshot(self, snapshot: str) -> None:
        """Schedule a restore for the next start. Rejected (400) when unknown."""
        if (await self._known()).generation is ManagerGeneration.V3:
            await self._change("/snapshot/restore", json={"target": snapshot})
        else:
            await self._change("/snapshot/restore", params={"target": snapshot})

    async def manager_queue(self) -> dict[str, int]:
        """Counts of the Manager's own tasks; ``is_processing`` is 0 or 1."""

        def parse(value: object) -> dict[str, int]:
            counts = {key: _count(said) for key, said in mapping(value).items()}
            return {key: count for key, count in counts.items() if count is not None}

        return await self._get(await self._path("/manager/queue/status"), parse)

    async def _detect(self) -> Manager:
        if version := await self._version("/v2/manager/version"):
            return Manager(await self._v4(version), version)
        if version := await self._version("/manager/version"):
            return Manager(ManagerGeneration.V3, version)
        return Manager()

    async def _version(self, path: str) -> str:
        """Plain text like ``V4.2.2``; anything else is no Manager."""
        answer = await self._ask("GET", path, limit=self.http.limits.small_body)
        if answer.status != 200 or not _VERSION.fullmatch(answer.body[:64]):
            return ""
        return answer.body.decode().strip()

    async def _v4(self, version: str) -> ManagerGeneration:
        if version_tuple(version) >= _POST_SINCE:
            return ManagerGeneration.V4_POST
        answer = await self._find("/features")
        flag = "extension.manager.supports_csrf_post"
        if answer and (await self._parsed(answer, parse_features)).get(flag) == "true":
            return ManagerGeneration.V4_POST
        return ManagerGeneration.V4_GET

    async def _known(self) -> Manager:
        manager = self._manager or await self.manager()
        if manager.generation is ManagerGeneration.NONE:
            raise Unsupported("This server has no ComfyUI-Manager.", url=self.http.url)
        return manager

    async def _path(self, path: str) -> str:
        is_v3 = (await self._known()).generation is ManagerGeneration.V3
        return path if is_v3 else f"/v2{path}"

    async def _change(self, path: str, **options: Unpack[Options]) -> Answer:
        """POST; the body is left out where possible, forms are refused since V4.2."""
        full = await self._path(path)
        generation = (await self._known()).generation
        answer = await self._ask("POST", full, **options)
        if answer.status == 405 and generation in _MAY_GET:
            answer = await self._ask("GET", full, params=_as_params(options))
        return self._checked(answer, full)


def _as_params(options: Options) -> Params | None:
    """Before V3 took JSON bodies, it took the same names in the query."""
    body = options.get("json")
    if isinstance(body, dict):
        return {str(key): str(value) for key, value in body.items()}
    return options.get("params")


def _count(value: object) -> int | None:
    return int(value) if isinstance(value, bool) else whole(value)
