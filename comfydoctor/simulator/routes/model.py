"""/models, /experiment/models, /embeddings, /view_metadata."""

from typing import Any

from aiohttp import web

from comfydoctor.simulator.disk import folder_names, folder_paths
from comfydoctor.simulator.life import Life

EXTENSIONS = [".bin", ".ckpt", ".pkl", ".pt", ".pt2", ".pth", ".safetensors", ".sft"]
SPECIAL = {"diffusers": ["folder"], "datasets": [], "classifiers": [""]}
HIDDEN = {"configs", "custom_nodes"}


class ModelRoutes:
    """The model files of the simulated disk."""

    def __init__(self, life: Life) -> None:
        self._life = life
        self._disk = life.world.disk

    def table(self) -> list[web.RouteDef]:
        return [
            web.get("/models", self.folders),
            web.get("/models/{folder}", self.names),
            web.get("/experiment/models", self.details),
            web.get("/experiment/models/{folder}", self.files),
            web.get("/embeddings", self.embeddings),
            web.get("/view_metadata/{folder}", self.metadata),
        ]

    async def folders(self, request: web.Request) -> web.Response:
        return web.json_response(folder_names(self._life.version))

    async def names(self, request: web.Request) -> web.Response:
        folder = request.match_info["folder"]
        if folder not in folder_names(self._life.version):
            return web.Response(status=404)
        return web.json_response(self._disk.names(folder))

    async def details(self, request: web.Request) -> web.Response:
        return web.json_response(
            [
                self._folder(name)
                for name in folder_names(self._life.version)
                if name not in HIDDEN
            ]
        )

    def _folder(self, name: str) -> dict[str, Any]:
        entry: dict[str, Any] = {"name": name, "folders": folder_paths(name)}
        if self._life.version.since(0, 20):
            entry["extensions"] = SPECIAL.get(name, EXTENSIONS)
        return entry

    async def files(self, request: web.Request) -> web.Response:
        folder = request.match_info["folder"]
        if folder not in folder_names(self._life.version):
            return web.Response(status=404)
        models = [self._disk.models[folder, name] for name in self._disk.names(folder)]
        return web.json_response(
            [
                {
                    "name": model.name,
                    "pathIndex": 0,
                    "modified": model.modified,
                    "created": model.modified,
                    "size": model.size,
                }
                for model in models
            ]
        )

    async def embeddings(self, request: web.Request) -> web.Response:
        names = self._disk.names("embeddings")
        return web.json_response([name.rsplit(".", 1)[0] for name in names])

    async def metadata(self, request: web.Request) -> web.Response:
        folder = request.match_info["folder"]
        name = request.rel_url.query.get("filename", "")
        model = self._disk.model(folder, name)
        if model is not None and model.state == "empty":
            raise ValueError(name)
        if model is None or not model.metadata or model.state == "html":
            return web.Response(status=404)
        return web.json_response(dict(model.metadata))
