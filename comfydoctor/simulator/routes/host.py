"""What a program on the simulated computer could read: card, memory, disk."""

from aiohttp import web

from comfydoctor.simulator.life import Life


class HostRoutes:
    """Not a route of ComfyUI: only the simulator has it."""

    def __init__(self, life: Life) -> None:
        self._life = life

    def table(self) -> list[web.RouteDef]:
        return [web.get("/comfydoctor/simulated/host", self.host)]

    async def host(self, request: web.Request) -> web.Response:
        used = self._life.machine.vram.used_by_all()
        return web.json_response(self._life.world.card.host(used))
