"""/userdata, /v2/userdata, /settings, /users."""

import json
import posixpath
import uuid
from typing import Any

from aiohttp import web

from comfydoctor.simulator.disk import UserFile
from comfydoctor.simulator.life import Life


class UserdataRoutes:
    """Files under user/default; a path is one segment with %2F for slashes."""

    def __init__(self, life: Life) -> None:
        self._life = life
        self._disk = life.world.disk

    def table(self) -> list[web.RouteDef]:
        return [
            web.get("/userdata", self.listing),
            web.get("/v2/userdata", self.list_v2),
            web.get("/userdata/{file}", self.read),
            web.post("/userdata/{file}", self.write),
            web.delete("/userdata/{file}", self.delete),
            web.post("/userdata/{file}/move/{dest}", self.move),
            web.get("/settings", self.settings),
            web.post("/settings", self.set_settings),
            web.get("/settings/{id}", self.setting),
            web.post("/settings/{id}", self.set_setting),
            web.get("/users", self.users),
            web.post("/users", self.add_user),
        ]

    async def listing(self, request: web.Request) -> web.Response:
        query = request.rel_url.query
        folder = query.get("dir")
        if folder is None:
            return web.Response(status=400, text="Directory not provided")
        place = _normal(folder)
        if place is None:
            return web.Response(status=403, text="Invalid directory")
        files = self._under(place)
        if not files and place:
            return web.Response(status=404, text="Directory not found")
        if query.get("recurse", "").lower() != "true":
            files = {name: file for name, file in files.items() if "/" not in name}
        return web.json_response(_listed(files, dict(query)))

    def _under(self, folder: str) -> dict[str, UserFile]:
        start = f"{folder}/" if folder else ""
        return {
            path[len(start) :]: file
            for path, file in sorted(self._disk.user.items())
            if path.startswith(start)
        }

    async def list_v2(self, request: web.Request) -> web.Response:
        folder = _normal(request.rel_url.query.get("path", ""))
        if folder is None:
            return web.Response(status=403, text="Invalid directory")
        files = self._under(folder)
        if not files and folder:
            return web.Response(status=404, text="Requested path not found")
        start = f"{folder}/" if folder else ""
        entries = [_entry(start + each, None) for each in sorted(_folders(files))]
        entries += [_entry(start + name, file) for name, file in files.items()]
        return web.json_response(entries)

    async def read(self, request: web.Request) -> web.Response:
        path = _normal(request.match_info["file"])
        if not path:
            return web.Response(status=403)
        file = self._disk.user.get(path)
        if file is None:
            return web.Response(status=404)
        headers = {}
        if self._life.version.since(0, 28):
            headers = {
                "X-Content-Type-Options": "nosniff",
                "Content-Disposition": "attachment",
            }
        known = path.endswith(".json")
        kind = "application/json" if known else "application/octet-stream"
        return web.Response(body=file.content, content_type=kind, headers=headers)

    async def write(self, request: web.Request) -> web.Response:
        path = _normal(request.match_info["file"])
        if not path:
            return web.Response(status=403)
        if _keeps(request) and path in self._disk.user:
            return web.Response(status=409, text="File already exists")
        now = self._life.world.pace.now()
        self._disk.user[path] = UserFile(await request.read(), now, now)
        return web.json_response(self._described(request, path))

    def _described(self, request: web.Request, path: str) -> Any:
        if request.rel_url.query.get("full_info", "").lower() != "true":
            return path
        return {"path": path, **_facts(self._disk.user[path])}

    async def delete(self, request: web.Request) -> web.Response:
        path = _normal(request.match_info["file"])
        if not path:
            return web.Response(status=403)
        if self._disk.user.pop(path, None) is None:
            return web.Response(status=404)
        return web.Response(status=204)

    async def move(self, request: web.Request) -> web.Response:
        source = _normal(request.match_info["file"])
        target = _normal(request.match_info["dest"])
        if not source or not target:
            return web.Response(status=403)
        if source not in self._disk.user:
            return web.Response(status=404)
        if _keeps(request) and target in self._disk.user:
            return web.Response(status=409, text="File already exists")
        self._disk.user[target] = self._disk.user.pop(source)
        return web.json_response(self._described(request, target))

    async def settings(self, request: web.Request) -> web.Response:
        return web.json_response(self._disk.settings)

    async def set_settings(self, request: web.Request) -> web.Response:
        self._disk.settings.update(json.loads(await request.text()))
        return web.Response()

    async def setting(self, request: web.Request) -> web.Response:
        return web.json_response(self._disk.settings.get(request.match_info["id"]))

    async def set_setting(self, request: web.Request) -> web.Response:
        value = json.loads(await request.text())
        self._disk.settings[request.match_info["id"]] = value
        return web.Response()

    async def users(self, request: web.Request) -> web.Response:
        migrated = bool(self._disk.user or self._disk.settings)
        return web.json_response({"storage": "server", "migrated": migrated})

    async def add_user(self, request: web.Request) -> web.Response:
        name = json.loads(await request.text())["username"]
        user = f"{name}_{uuid.uuid4()}"
        self._disk.users[user] = name
        return web.json_response(user)


def _normal(path: str) -> str | None:
    """Relative to user/default; None when it leads outside."""
    normal = posixpath.normpath("/" + path) if path else "/"
    escapes = path.startswith("/") or ".." in path.split("/")
    return None if escapes else normal.lstrip("/")


def _keeps(request: web.Request) -> bool:
    return request.rel_url.query.get("overwrite") == "false"


def _facts(file: UserFile) -> dict[str, int]:
    return {
        "size": len(file.content),
        "modified": int(file.modified * 1000),
        "created": int(file.created * 1000),
    }


def _listed(files: dict[str, UserFile], query: dict[str, str]) -> list[Any]:
    if query.get("full_info", "").lower() == "true":
        return [{"path": name, **_facts(file)} for name, file in files.items()]
    if query.get("split", "").lower() == "true":
        return [[name, *name.split("/")] for name in files]
    return list(files)


def _entry(path: str, file: UserFile | None) -> dict[str, Any]:
    """One line of /v2/userdata; no file means a folder."""
    named = {"name": posixpath.basename(path), "path": path}
    if file is None:
        return {**named, "type": "directory"}
    size = len(file.content)
    return {**named, "type": "file", "size": size, "modified": file.modified}


def _folders(files: dict[str, UserFile]) -> set[str]:
    found: set[str] = set()
    for name in files:
        while name := posixpath.dirname(name):
            found.add(name)
    return found
