"""/, /ws, /system_stats, /features, /extensions and what else describes the server."""

from typing import Any

from aiohttp import web

from comfydoctor.simulator.card import MIB
from comfydoctor.simulator.life import Life
from comfydoctor.simulator.version import PYTHON, TORCH

INDEX = (
    '<!doctype html><html lang="en"><head><meta charset="UTF-8"/>'
    "<title>ComfyUI</title></head><body><p>This is ComfyDoctor's simulator. It has no"
    " interface of its own.</p></body></html>"
)
FRESH = {
    "Cache-Control": "no-store, must-revalidate",
    "Pragma": "no-cache",
    "Expires": "0",
}


class SystemRoutes:
    """What the server says of itself."""

    def __init__(self, life: Life) -> None:
        self._life = life

    def table(self) -> list[web.RouteDef]:
        routes = [
            web.get("/", self.index),
            web.get("/ws", self.socket),
            web.get("/system_stats", self.system_stats),
            web.get("/features", self.features),
            web.get("/extensions", self.extensions),
            web.get("/object_info", self.object_info),
            web.get("/object_info/{name}", self.object_info_one),
            web.get("/workflow_templates", self.empty),
            web.get("/i18n", self.empty),
            web.get("/docs/", self.forbidden),
        ]
        if self._life.version.since(0, 3, 67):
            routes.append(web.get("/global_subgraphs", self.subgraphs))
        if self._life.version.since(0, 14):
            routes.append(web.get("/node_replacements", self.replacements))
        return routes

    async def index(self, request: web.Request) -> web.Response:
        headers = {**FRESH, "Content-Type": "text/html"}
        return web.Response(body=INDEX.encode(), headers=headers)

    async def socket(self, request: web.Request) -> web.StreamResponse:
        life = self._life
        return await life.hub.serve(request, life.queue.remaining, life.features())

    async def features(self, request: web.Request) -> web.Response:
        return web.json_response(self._life.features())

    async def empty(self, request: web.Request) -> web.Response:
        return web.json_response({})

    async def forbidden(self, request: web.Request) -> web.Response:
        return web.Response(status=403, text="403: Forbidden")

    async def extensions(self, request: web.Request) -> web.Response:
        core = ["/extensions/core/groupNode.js", "/extensions/core/widgetInputs.js"]
        packs = [
            f"/extensions/{pack.folder}/main.js"
            for pack in self._life.world.scenario.pack
            if not pack.failure
        ]
        return web.json_response(core + packs)

    async def subgraphs(self, request: web.Request) -> web.Response:
        if not self._life.version.since(0, 33):
            return web.json_response({})
        entry = {"source": "templates", "name": "Edge-Preserving Blur"}
        info = {"node_pack": "comfyui"}
        return web.json_response({"6d" * 32: {**entry, "info": info}})

    async def replacements(self, request: web.Request) -> web.Response:
        old, new = "ImageBatch", "BatchImagesNode"
        mapping = [{"new_id": "images.image0", "old_id": "image1"}]
        entry = {
            "new_node_id": new,
            "old_node_id": old,
            "old_widget_ids": None,
            "input_mapping": mapping,
            "output_mapping": None,
        }
        return web.json_response({old: [entry]})

    async def object_info(self, request: web.Request) -> web.Response:
        life = self._life
        classes = life.classes.values()
        info = {each.name: each.info(life.version, life.world.disk) for each in classes}
        return web.json_response(info)

    async def object_info_one(self, request: web.Request) -> web.Response:
        life = self._life
        kind = life.classes.get(request.match_info["name"])
        if kind is None:
            return web.json_response({})
        info = kind.info(life.version, life.world.disk)
        return web.json_response({kind.name: info})

    async def system_stats(self, request: web.Request) -> web.Response:
        return web.json_response(
            {"system": self._system(), "devices": [self._device()]}
        )

    def _system(self) -> dict[str, Any]:
        life = self._life
        version, card = life.version, life.world.card
        system: dict[str, Any] = {
            "os": version.os_name,
            "ram_total": card.ram_total,
            "ram_free": card.ram_total - card.ram_used(),
            "comfyui_version": version.text,
            "required_frontend_version": version.frontend,
            "installed_templates_version": version.templates,
            "required_templates_version": version.templates,
        }
        if version.since(0, 22):
            system["comfy_package_versions"] = [
                {"name": name, "installed": number, "required": number}
                for name, number in version.packages
            ]
        system["python_version"] = PYTHON
        system["pytorch_version"] = TORCH
        system["embedded_python"] = False
        if version.since(0, 25):
            system["deploy_environment"] = "local-git"
        port = life.world.url.rpartition(":")[2]
        argv = life.world.scenario.argv
        system["argv"] = [word.replace("{port}", port) for word in argv]
        return system

    def _device(self) -> dict[str, Any]:
        life = self._life
        card, vram = life.world.card, life.machine.vram
        if not card.there:
            free = card.ram_total - card.ram_used()
            cpu: dict[str, Any] = {"name": "cpu", "type": "cpu", "index": None}
            return cpu | _memory(card.ram_total, free, card.ram_total, free)
        reserved = int(vram.reserved * MIB)
        unused = reserved - int(vram.active * MIB)
        total = card.facts.memory_mb * MIB
        free = total - vram.used_by_all() + unused
        names: dict[str, Any]
        name = f"cuda:0 {card.facts.name} : native"
        names = {"name": name, "type": "cuda", "index": 0}
        return names | _memory(total, free, reserved, unused)


def _memory(total: int, free: int, torch_total: int, torch_free: int) -> dict[str, int]:
    return {
        "vram_total": total,
        "vram_free": free,
        "torch_vram_total": torch_total,
        "torch_vram_free": torch_free,
    }
