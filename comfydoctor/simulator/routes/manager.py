"""ComfyUI-Manager in its three generations: V3.41, V4.0.4 and V4.2.2."""

import json
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from aiohttp import web

from comfydoctor.simulator.life import Life

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data", "text/plain")
FORM_REFUSED = (
    "Invalid Content-Type for this endpoint. Use application/json or omit body."
)
GONE = (
    "Repository fetching is no longer supported. Please use the update operations"
    " through the queue system."
)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class ManagerRoutes:
    """Which routes there are, and by which verb they change something, is the
    difference: V4.0.4 changes by GET, the others by POST."""  # noqa: D205, D209

    def __init__(self, life: Life) -> None:
        self._life = life
        self._version = life.world.scenario.manager
        self._v4 = self._version.startswith("V4")
        self._by_get = self._version == "V4.0.4"
        self._tasks: list[dict[str, Any]] = []

    def table(self) -> list[web.RouteDef]:
        if not self._version:
            return []
        v2 = "/v2" if self._v4 else ""
        own = f"{v2}/manager"
        routes = [
            web.get(f"{own}/version", self.version),
            web.get(f"{own}/queue/status", self.queue_status),
            web.get(f"{own}/db_mode", self.db_mode),
            web.get(f"{own}/channel_url_list", self.channels),
            web.get(f"{v2}/customnode/installed", self.installed),
            web.get(f"{v2}/snapshot/getlist", self.snapshots),
            web.get(f"{v2}/snapshot/get_current", self.current),
            web.post(f"{v2}/customnode/import_fail_info", self.import_failure),
            self._change(f"{own}/reboot", self.reboot),
            self._change(f"{v2}/snapshot/save", self.save),
            self._change(f"{v2}/snapshot/restore", self.restore),
            self._change(f"{v2}/snapshot/remove", self.remove),
            self._change(f"{own}/queue/reset", self.done),
            self._change(f"{own}/queue/start", self.start_queue),
        ]
        return routes + (self._v4_routes() if self._v4 else [])

    def _v4_routes(self) -> list[web.RouteDef]:
        own = "/v2/manager"
        return [
            web.get(f"{own}/is_legacy_manager_ui", self.legacy),
            web.get(f"{own}/queue/history", self.queue_history),
            web.get(f"{own}/queue/history_list", self.history_list),
            web.get(f"{own}/policy/update", self.policy),
            web.get("/v2/comfyui_manager/comfyui_versions", self.no_git),
            web.get("/v2/customnode/fetch_updates", self.gone),
            web.post(f"{own}/queue/task", self.add_task),
            web.post("/v2/customnode/import_fail_info_bulk", self.import_failures),
        ]

    def _change(self, path: str, handler: Handler) -> web.RouteDef:
        if self._by_get:
            return web.get(path, handler, allow_head=False)

        async def guarded(request: web.Request) -> web.StreamResponse:
            if self._v4 and request.content_type in FORMS and request.can_read_body:
                return web.Response(status=400, text=FORM_REFUSED)
            return await handler(request)

        return web.post(path, guarded)

    async def version(self, request: web.Request) -> web.Response:
        return web.Response(text=self._version)

    async def db_mode(self, request: web.Request) -> web.Response:
        return web.Response(text="cache")

    async def policy(self, request: web.Request) -> web.Response:
        return web.Response(text="stable-comfyui")

    async def channels(self, request: web.Request) -> web.Response:
        return web.json_response({"selected": "default", "list": ["default::"]})

    async def no_git(self, request: web.Request) -> web.Response:
        """No git checkout, so no versions to choose from."""
        return web.Response(status=400)

    async def gone(self, request: web.Request) -> web.Response:
        said = "This endpoint has been deprecated"
        body = {"error": said, "message": GONE, "deprecated": True}
        return web.json_response(body, status=410)

    async def legacy(self, request: web.Request) -> web.Response:
        return web.json_response({"is_legacy_manager_ui": False})

    async def installed(self, request: web.Request) -> web.Response:
        """Packs copied by hand are not listed; ours came from the registry."""
        listed = {
            folder: {"ver": "1.0.0", "cnr_id": folder.lower(), "enabled": True}
            for folder in self._from_registry()
        }
        return web.json_response(listed)

    def _from_registry(self) -> list[str]:
        folders = [pack.folder for pack in self._life.world.scenario.pack]
        return [folder for folder in folders if folder != "comfydoctor_faults"]

    async def snapshots(self, request: web.Request) -> web.Response:
        newest_first = sorted(self._life.world.disk.snapshots, reverse=True)
        return web.json_response({"items": newest_first})

    async def current(self, request: web.Request) -> web.Response:
        packs = dict.fromkeys(self._from_registry(), "1.0.0")
        return web.json_response(
            {
                "comfyui": None,
                "git_custom_nodes": {},
                "cnr_custom_nodes": packs,
                "file_custom_nodes": [],
                "pips": {"aiohttp==3.14.5": "", "torch==2.9.1": ""},
            }
        )

    async def save(self, request: web.Request) -> web.Response:
        stamp = datetime.fromtimestamp(self._life.world.pace.now())
        name = f"{stamp:%Y-%m-%d_%H-%M-%S}_snapshot"
        self._life.world.disk.snapshots.append(name)
        return web.Response()

    async def _target(self, request: web.Request) -> str | None:
        if self._v4:
            return request.rel_url.query.get("target")
        try:
            body = json.loads(await request.text())
        except ValueError:
            return None
        return body.get("target") if isinstance(body, dict) else None

    async def restore(self, request: web.Request) -> web.Response:
        """Only scheduled: done at the next start."""
        target = await self._target(request)
        if target and ".." in target:
            said = "Invalid target" if self._version == "V4.2.2" else None
            return web.Response(status=400, text=said)
        if target not in self._life.world.disk.snapshots:
            self._life.console.error(f"Snapshot file not found: `{target}`")
            return web.Response(status=400)
        return web.Response()

    async def remove(self, request: web.Request) -> web.Response:
        target = await self._target(request)
        if target in self._life.world.disk.snapshots:
            self._life.world.disk.snapshots.remove(target)
        return web.Response()

    async def reboot(self, request: web.Request) -> web.StreamResponse:
        """The process is replaced: this request never gets an answer."""
        self._life.restart_wanted.set()
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    async def done(self, request: web.Request) -> web.Response:
        return web.Response()

    async def start_queue(self, request: web.Request) -> web.Response:
        started = self._life.manager_tasks
        self._life.manager_tasks += 1
        return web.Response(status=201 if started else 200)

    async def add_task(self, request: web.Request) -> web.Response:
        body = json.loads(await request.text() or "{}")
        missing = [
            name
            for name in ("ui_id", "client_id", "kind", "params")
            if name not in body
        ]
        if missing:
            said = f"Invalid task data: {len(missing)} validation errors"
            return web.Response(status=400, text=f"{said} for QueueTaskItem")
        self._tasks.append(body)
        return web.Response()

    async def queue_status(self, request: web.Request) -> web.Response:
        status: dict[str, Any] = {
            "total_count": 0,
            "done_count": len(self._tasks),
            "in_progress_count": 0,
            "is_processing": False,
        }
        if self._v4:
            status["pending_count"] = 0
        return web.json_response(status)

    async def queue_history(self, request: web.Request) -> web.Response:
        return web.json_response({"history": {}})

    async def history_list(self, request: web.Request) -> web.Response:
        return web.json_response({"ids": []})

    async def import_failure(self, request: web.Request) -> web.Response:
        """Unanswered for packs it does not know from the registry."""
        body = json.loads(await request.text())
        if "cnr_id" in body or "url" in body:
            return web.Response(status=400)
        said = "Either 'cnr_id' or 'url' field is required"
        return web.Response(status=400, text=said)

    async def import_failures(self, request: web.Request) -> web.Response:
        body = json.loads(await request.text())
        wanted = [*body.get("cnr_ids", ()), *body.get("urls", ())]
        return web.json_response(dict.fromkeys(wanted))
