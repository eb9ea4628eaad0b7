"""/view and /upload/image."""

import hashlib
import posixpath
from typing import Any

from aiohttp import BodyPartReader, web

from comfydoctor.simulator.disk import StoredFile
from comfydoctor.simulator.life import Life
from comfydoctor.simulator.pictures import draw

TYPES = {"png": "image/png", "mp4": "video/mp4", "json": "application/json"}
THUMBNAIL = 256


class FileRoutes:
    """Files of output, input and temp."""

    def __init__(self, life: Life) -> None:
        self._life = life
        self._files = life.world.disk.files

    def table(self) -> list[web.RouteDef]:
        return [
            web.get("/view", self.view),
            web.post("/upload/image", self.upload),
        ]

    async def view(self, request: web.Request) -> web.Response:
        query = request.rel_url.query
        name = query.get("filename", "")
        place = query.get("type", "output")
        if "filename" not in query:
            return web.Response(status=404)
        if not name or name.startswith("/") or ".." in name or place not in self._files:
            return web.Response(status=400)
        subfolder = posixpath.normpath(query.get("subfolder", "") or ".")
        if subfolder.startswith(("..", "/")):
            return web.Response(status=403)
        path = posixpath.basename(name)
        if subfolder != ".":
            path = f"{subfolder}/{path}"
        stored = self._files[place].get(path)
        if stored is None:
            return web.Response(status=404)
        return _sent(stored, path, small="preview" in query)

    async def upload(self, request: web.Request) -> web.Response:
        form = await _form(request)
        content, name = form.get("image"), form.get("image.filename")
        if not content or not name:
            return web.Response(status=400)
        place = form.get("type", b"input").decode()
        files = self._files[place]
        subfolder = posixpath.normpath(form.get("subfolder", b"").decode() or ".")
        if subfolder.startswith(("..", "/")):
            return web.Response(status=400)
        overwrite = form.get("overwrite") in {b"true", b"1"}
        prefix = "" if subfolder == "." else f"{subfolder}/"
        free = _free_name(files, prefix, name.decode(), content, overwrite=overwrite)
        files[prefix + free] = StoredFile(self._life.world.pace.now(), content)
        answer = {"name": free, "subfolder": prefix.rstrip("/"), "type": place}
        return web.json_response(answer)


def _sent(stored: StoredFile, path: str, *, small: bool) -> web.Response:
    if stored.content is not None:
        content = stored.content
    elif stored.picture is not None:
        most = THUMBNAIL if small else 8192
        content = draw(stored.picture, stored.metadata, most)
    else:
        content = b""
    kind = TYPES.get(path.rpartition(".")[2].lower(), "application/octet-stream")
    shown = f'filename="{posixpath.basename(path)}"'
    headers = {"Content-Disposition": shown}
    return web.Response(body=content, content_type=kind, headers=headers)


async def _form(request: web.Request) -> dict[str, bytes]:
    form: dict[str, bytes] = {}
    async for part in await request.multipart():
        if isinstance(part, BodyPartReader) and part.name:
            form[part.name] = bytes(await part.read())
            if part.filename:
                form[part.name + ".filename"] = part.filename.encode()
    return form


def _free_name(
    files: dict[str, StoredFile],
    prefix: str,
    name: str,
    content: bytes,
    *,
    overwrite: bool,
) -> str:
    """The same bytes keep their name; others get `` (1)``, as ComfyUI does."""
    stem, dot, ending = name.rpartition(".")
    tried, index = name, 1
    while not overwrite and prefix + tried in files:
        if _digest(files[prefix + tried].content) == _digest(content):
            break
        tried = f"{stem} ({index}){dot}{ending}"
        index += 1
    return tried


def _digest(content: Any) -> str:
    return hashlib.sha256(content or b"").hexdigest()
