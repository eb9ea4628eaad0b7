"""Routes about the server itself, its users and its settings."""

from collections.abc import Callable
from typing import TypeVar

from comfydoctor.comfy.parse_features import parse_features
from comfydoctor.comfy.parse_fields import mapping, name, sequence
from comfydoctor.comfy.parse_json import strict_bytes
from comfydoctor.comfy.parse_server import (
    parse_remaining,
    parse_system_stats,
)
from comfydoctor.comfy.routes import Routes, quoted
from comfydoctor.errors import NotComfy, Unsupported
from comfydoctor.model.features import Features
from comfydoctor.model.server import ServerInfo

_Told = TypeVar("_Told")


class ServerRoutes(Routes):
    """Who are you, how are you."""

    async def system_stats(self) -> ServerInfo:
        """Who the server is; NotComfy when it is none. Can hang with a hung GPU."""
        info = await self._own("/system_stats", parse_system_stats)
        return info if not self.simulated else info.simulated_by(self.simulated)

    async def queue_remaining(self) -> int:
        """Jobs running and waiting; the cheapest sign of life."""
        return await self._own("/prompt", parse_remaining)

    async def _own(self, path: str, parse: Callable[[object], _Told]) -> _Told:
        """A small route that every ComfyUI has; who has it not is none."""
        try:
            return await self._get(path, parse, limit=self.http.limits.small_body)
        except Unsupported as error:
            raise NotComfy(
                f"Something else than ComfyUI answers here: it has no {path}.",
                url=self.http.url,
                advice="Look whether address, port and path are those of ComfyUI; a "
                "proxy may lead elsewhere.",
            ) from error

    async def features(self) -> Features:
        """What the server can do; empty for servers without the route."""
        answer = await self._find("/features", limit=self.http.limits.small_body)
        if answer is None:
            return Features()
        return await self._parsed(answer, parse_features)

    async def simulated_host(self) -> dict[str, object]:
        """Readings of the simulator's pretended computer. Unsupported when real."""
        if not self.simulated:
            raise Unsupported("This server is real.", url=self.http.url)
        path = "/comfydoctor/simulated/host"
        return await self._get(path, mapping, fixed=True)

    async def users(self) -> dict[str, str]:
        """Id -> name with ``--multi-user``; empty for the usual single user."""

        def parse(value: object) -> dict[str, str]:
            users = mapping(mapping(value).get("users"))
            return {name(key): name(user) for key, user in users.items()}

        return await self._get("/users", parse)

    async def settings(self) -> dict[str, object]:
        """All settings of the browser interface."""
        return await self._get("/settings", mapping)

    async def setting(self, setting_id: str) -> object:
        """One setting; None when it was never set."""
        return await self._get(f"/settings/{quoted(setting_id)}", _same)

    async def write_setting(self, setting_id: str, value: object) -> None:
        """Change one setting; an open browser tab does not notice."""
        body = strict_bytes(value)
        await self._call("POST", f"/settings/{quoted(setting_id)}", body=body)

    async def extensions(self) -> tuple[str, ...]:
        """Paths of the browser scripts of all node packs."""
        return await self._get("/extensions", _names)

    async def templates(self) -> dict[str, tuple[str, ...]]:
        """Workflow templates by the node pack that brings them."""

        def parse(value: object) -> dict[str, tuple[str, ...]]:
            return {name(pack): _names(found) for pack, found in mapping(value).items()}

        return await self._get("/workflow_templates", parse)

    async def global_subgraphs(self) -> dict[str, object]:
        """Shared subgraphs by id (since 0.3.67)."""
        return await self._get("/global_subgraphs", mapping)

    async def assets(self, limit: int = 50) -> dict[str, object]:
        """``/api/assets`` as it is; Rejected (503) where the feature is off."""
        return await self._get(
            "/api/assets", mapping, fixed=True, params={"limit": limit}
        )

    async def tags(self) -> dict[str, object]:
        """``/api/tags`` as it is; Rejected (503) where the feature is off."""
        return await self._get("/api/tags", mapping, fixed=True)


def _names(value: object) -> tuple[str, ...]:
    return tuple(name(entry) for entry in sequence(value) if isinstance(entry, str))


def _same(value: object) -> object:
    return value
