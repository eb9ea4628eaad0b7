"""Routes about the console of the server; they exist without ``/api`` only."""

from comfydoctor.comfy.parse_files import (
    parse_folder_paths,
    parse_log,
    parse_log_text,
)
from comfydoctor.comfy.routes import Routes
from comfydoctor.model.logline import LogEntry


class LogRoutes(Routes):
    """A proxy that passes only ``/api`` hides all of them (Unsupported)."""

    async def log_entries(self) -> tuple[LogEntry, ...]:
        """The last 300 writes to the console, raw; start-up lines leave soon."""
        return await self._get("/internal/logs/raw", parse_log, fixed=True)

    async def log_text(self) -> str:
        """The same as one cleaned text."""
        return await self._get("/internal/logs", parse_log_text, fixed=True)

    async def subscribe_logs(self, client_id: str, enabled: bool = True) -> None:
        """Stream the console to our own socket; never to somebody else's id."""
        wanted = {"clientId": client_id, "enabled": enabled}
        await self._call("PATCH", "/internal/logs/subscribe", fixed=True, json=wanted)

    async def folder_paths(self) -> dict[str, tuple[str, ...]]:
        """Type of model -> folders on the server's disk."""
        path = "/internal/folder_paths"
        return await self._get(path, parse_folder_paths, fixed=True)
