"""Routes about jobs that ran or run: the history and the newer jobs list."""

from collections.abc import Iterable

from comfydoctor.comfy.parse_fields import mapping
from comfydoctor.comfy.parse_job import (
    parse_history,
    parse_history_entry,
    parse_job,
    parse_jobs,
)
from comfydoctor.comfy.routes import Routes, quoted
from comfydoctor.errors import TooMuch
from comfydoctor.model.job import Job


class JobRoutes(Routes):
    """ComfyUI keeps its history in memory only; a restart empties it."""

    async def history(self, max_items: int = 20) -> tuple[Job, ...]:
        """The newest jobs, newest first.

        Every entry carries its whole workflow, so when they are too large together
        fewer are asked for; TooMuch when even the last one alone is.
        """
        wanted = max(1, max_items)
        while True:
            try:
                return await self._get(
                    "/history",
                    parse_history,
                    tolerant=True,
                    params={"max_items": wanted},
                )
            except TooMuch:
                if wanted == 1:
                    raise
                wanted = max(1, wanted // 5)

    async def history_entry(self, job_id: str) -> Job | None:
        """One ended job; None when the server does not (yet) know it.

        Right after a job's end the entry can be missing for up to a second.
        """

        def parse(value: object) -> Job | None:
            entry = mapping(value).get(job_id)
            if not isinstance(entry, dict):
                return None
            return parse_history_entry(job_id, entry)

        return await self._get(f"/history/{quoted(job_id)}", parse, tolerant=True)

    async def jobs(
        self, limit: int = 20, status: Iterable[str] = ()
    ) -> tuple[Job, ...]:
        """Running, waiting and ended jobs, newest first. Unsupported before 0.6.

        ``status`` of: pending, in_progress, completed, failed, cancelled (0.9).
        """
        params: dict[str, str | int] = {"limit": max(1, limit)}
        if wanted := ",".join(status):
            params["status"] = wanted
        return await self._get(
            "/api/jobs", parse_jobs, fixed=True, tolerant=True, params=params
        )

    async def job(self, job_id: str) -> Job | None:
        """One job in whatever state, None when unknown. Unsupported before 0.6."""
        path = f"/api/jobs/{quoted(job_id)}"
        answer = await self._ask("GET", path, fixed=True)
        if answer.status == 404 and answer.content_type == "application/json":
            return None
        return await self._parsed(self._checked(answer, path), parse_job, tolerant=True)

    async def delete_history(self, ids: Iterable[str]) -> None:
        """Forget these ended jobs; their files stay."""
        await self._call("POST", "/history", json={"delete": list(ids)})

    async def clear_history(self) -> None:
        """Forget all ended jobs; their files stay."""
        await self._call("POST", "/history", json={"clear": True})
