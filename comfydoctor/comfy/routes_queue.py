"""Routes that put jobs in, take them out and stop them."""

import math
from collections.abc import Iterable
from typing import cast

from comfydoctor.comfy.exchange import Answer
from comfydoctor.comfy.parse_fields import mapping
from comfydoctor.comfy.parse_json import load, strict_bytes
from comfydoctor.comfy.parse_prompt import (
    PromptRefused,
    parse_refusal,
    parse_submitted,
)
from comfydoctor.comfy.parse_queue import parse_queue
from comfydoctor.comfy.routes import Routes, quoted
from comfydoctor.errors import ServerError
from comfydoctor.model.job import Queue, QueueItem, Submitted


class QueueRoutes(Routes):
    """Nothing here is ever sent twice: after a doubt, look into the queue first."""

    async def queue(self) -> Queue:
        """All jobs with their payload. Megabytes are possible: ask on change only."""
        return await self._get("/queue", parse_queue, tolerant=True)

    async def submit(
        self,
        prompt: dict[str, object],
        *,
        client_id: str = "",
        extra_data: dict[str, object] | None = None,
        front: bool = False,
    ) -> Submitted:
        """Queue a job. Raises PromptRefused with ComfyUI's reasons.

        Neither id nor number is sent: two entries with the same ones kill ComfyUI's
        worker (contract, section 0.5).
        """
        wanted: dict[str, object] = {"prompt": prompt}
        if client_id:
            wanted["client_id"] = client_id
        if extra_data:
            wanted["extra_data"] = extra_data
        if front:
            wanted["front"] = True
        return await self._submit(strict_bytes(wanted))

    async def put_back(self, item: QueueItem) -> Submitted:
        """Queue a removed job again: same id, place and payload, to the letter.

        The caller has looked that the id is neither queued nor in the history; the
        same id and number twice would kill ComfyUI's worker.
        """
        fields = [
            f'"prompt":{item.prompt_json}',
            f'"extra_data":{item.extra_data_json}',
            f'"prompt_id":{strict_bytes(item.id).decode()}',
        ]
        if item.outputs:  # a job may have been queued for some of its outputs only
            targets = strict_bytes(list(item.outputs)).decode()
            fields.append(f'"partial_execution_targets":{targets}')
        if item.client_id:
            fields.append(f'"client_id":{strict_bytes(item.client_id).decode()}')
        if math.isfinite(item.number):  # else it goes last
            whole = item.number.is_integer()
            fields.append(f'"number":{int(item.number) if whole else item.number}')
        return await self._submit(("{" + ",".join(fields) + "}").encode())

    async def clear_queue(self) -> None:
        """Drop all waiting jobs; the running one goes on."""
        await self._call("POST", "/queue", json={"clear": True})

    async def delete_queued(self, ids: Iterable[str]) -> None:
        """Drop these waiting jobs; running and unknown ids are ignored."""
        await self._call("POST", "/queue", json={"delete": list(ids)})

    async def interrupt(self, job_id: str = "") -> None:
        """Ask the running job to stop, only if it is ``job_id`` (since 0.3.57).

        Acts where a node looks for it; look after two seconds whether it did.
        """
        await self._call(
            "POST", "/interrupt", json={"prompt_id": job_id} if job_id else {}
        )

    async def cancel(self, job_id: str) -> bool:
        """Stop or unqueue exactly this job; False when it is neither.

        Unsupported before 0.26.
        """
        path = f"/api/jobs/{quoted(job_id)}/cancel"
        return await self._cancelled(await self._call("POST", path, fixed=True))

    async def cancel_all(self, ids: Iterable[str]) -> bool:
        """`cancel` for several; True when at least one was stopped."""
        wanted = {"job_ids": list(ids)}
        answer = await self._call("POST", "/api/jobs/cancel", fixed=True, json=wanted)
        return await self._cancelled(answer)

    async def free(self, *, unload_models: bool, free_memory: bool) -> None:
        """Ask for memory. Answered at once, done after the running job.

        ``free_memory`` drops the cache of results too: the next run is a cold one.
        """
        wanted = {"unload_models": unload_models, "free_memory": free_memory}
        await self._call("POST", "/free", json=wanted)

    async def _submit(self, body: bytes) -> Submitted:
        answer = await self._ask("POST", "/prompt", body=body)
        if answer.status == 400:
            raise self._refusal(answer)
        checked = self._checked(answer, "/prompt")
        return await self._parsed(checked, parse_submitted)

    def _refusal(self, answer: Answer) -> PromptRefused:
        try:
            said = load(answer.body, self.http.limits, tolerant=True)
        except ServerError:
            said = {"error": answer.body[:2000].decode("utf-8", "replace")}
        return parse_refusal(said, status=answer.status, url=self.http.url)

    async def _cancelled(self, answer: Answer) -> bool:
        said = cast(dict[str, object], await self._parsed(answer, mapping))
        return said.get("cancelled") is True
