"""/api/jobs (since 0.6.0) and cancelling (since 0.26.0)."""

import json
from typing import Any

from aiohttp import web

from comfydoctor.simulator.jobqueue import Item
from comfydoctor.simulator.life import Life, is_canonical

STATES = ("pending", "in_progress", "completed", "failed")
PREVIEWABLE = ("images", "gifs", "video", "audio")
Job = dict[str, Any]


class BadQuery(Exception):
    """A query that the route refuses with 400."""


class JobsRoutes:
    """Jobs with their state in one list."""

    def __init__(self, life: Life) -> None:
        self._life = life
        self._cancelled = life.version.since(0, 9)
        self._newest = life.version.since(0, 26)

    def table(self) -> list[web.RouteDef]:
        if not self._life.version.since(0, 6):
            return []
        routes = [web.get("/jobs", self.listing), web.get("/jobs/{id}", self.one)]
        if self._newest:
            routes.append(web.post("/jobs/cancel", self.cancel_many))
            routes.append(web.post("/jobs/{id}/cancel", self.cancel))
        return routes

    async def listing(self, request: web.Request) -> web.Response:
        try:
            return web.json_response(self._listed(dict(request.rel_url.query)))
        except BadQuery as error:
            return web.json_response({"error": str(error)}, status=400)

    async def one(self, request: web.Request) -> web.Response:
        wanted = request.match_info["id"]
        for job in self._all():
            if job["id"] == wanted:
                return web.json_response(self._detailed(job))
        return web.json_response({"error": "Job not found"}, status=404)

    async def cancel(self, request: web.Request) -> web.Response:
        wanted = request.match_info["id"]
        if not is_canonical(wanted):
            error = {"error": "job_id contains invalid id(s)", "invalid_ids": [wanted]}
            return web.json_response(error, status=400)
        return web.json_response({"cancelled": self._life.cancel(wanted)})

    async def cancel_many(self, request: web.Request) -> web.Response:
        ids = json.loads(await request.text())["job_ids"]
        invalid = [each for each in ids if not is_canonical(each)]
        if invalid:
            said = "job_ids contains invalid id(s)"
            error = {"error": said, "invalid_ids": invalid}
            return web.json_response(error, status=400)
        done = [self._life.cancel(each) for each in ids]
        return web.json_response({"cancelled": any(done)})

    def _listed(self, query: dict[str, str]) -> dict[str, Any]:
        states = self._states(query)
        limit = _positive(query)
        offset = max(0, int(query.get("offset", 0)))
        jobs = [job for job in self._all() if job["status"] in states]
        if "workflow_id" in query:
            wanted = query["workflow_id"]
            jobs = [job for job in jobs if job.get("workflow_id") == wanted]
        jobs = _sorted(jobs, query)
        end = None if limit is None else offset + limit
        more = end is not None and end < len(jobs)
        page = {"offset": offset, "limit": limit, "total": len(jobs), "has_more": more}
        return {"jobs": jobs[offset:end], "pagination": page}

    def _states(self, query: dict[str, str]) -> tuple[str, ...]:
        known = (*STATES, "cancelled") if self._cancelled else STATES
        wanted = tuple(each for each in query.get("status", "").split(",") if each)
        wrong = [each for each in wanted if each not in known]
        if wrong:
            raise BadQuery(
                f"Invalid status value(s): {', '.join(wrong)}. Valid values:"
                f" {', '.join(known)}"
            )
        return wanted or known

    def _all(self) -> list[Job]:
        queue = self._life.queue
        waiting = [self._unfinished(item, "pending") for item in queue.pending]
        running = [
            self._unfinished(item, "in_progress") for item in queue.running.values()
        ]
        done = [self._finished(entry) for entry in queue.history.values()]
        return [*waiting, *running, *done]

    def _unfinished(self, item: Item, status: str) -> Job:
        job: Job = {"id": item[1], "status": status, "priority": item[0]}
        job |= {"create_time": item[3].get("create_time"), "outputs_count": 0}
        if self._newest:
            job["previewable_outputs_count"] = 0
        return _with_workflow(job, item)

    def _finished(self, entry: dict[str, Any]) -> Job:
        item, status = entry["prompt"], entry["status"]
        job: Job = {"id": item[1], "status": self._state(status), "priority": item[0]}
        job["create_time"] = item[3].get("create_time")
        messages = status["messages"]
        job["execution_start_time"] = messages[0][1]["timestamp"]
        job["execution_end_time"] = messages[-1][1]["timestamp"]
        if messages[-1][0] == "execution_error":
            job["execution_error"] = messages[-1][1]
        job |= self._outputs(entry["outputs"])
        return _with_workflow(job, item)

    def _state(self, status: dict[str, Any]) -> str:
        if status["status_str"] == "success":
            return "completed"
        last = status["messages"][-1][0]
        interrupted = last == "execution_interrupted"
        return "cancelled" if interrupted and self._cancelled else "failed"

    def _outputs(self, outputs: dict[str, Any]) -> Job:
        count, preview = 0, None
        for node, output in outputs.items():
            for kind, entries in output.items():
                for entry in entries:
                    if kind not in PREVIEWABLE:
                        continue
                    count += 1
                    known = {"nodeId": node, "mediaType": kind}
                    if preview is None or preview["type"] == "temp":
                        preview = {**entry, **known}
        counts: Job = {"outputs_count": count}
        if self._newest:
            counts["previewable_outputs_count"] = count
        return counts | ({"preview_output": preview} if preview else {})

    def _detailed(self, job: Job) -> Job:
        entry = self._life.queue.history.get(job["id"])
        if entry is None:
            return job
        item = entry["prompt"]
        return {
            **job,
            "outputs": entry["outputs"],
            "execution_status": entry["status"],
            "workflow": {"prompt": item[2], "extra_data": item[3]},
        }


def _with_workflow(job: Job, item: Item) -> Job:
    info = item[3].get("extra_pnginfo") or {}
    workflow = (info.get("workflow") or {}).get("id")
    return {**job, "workflow_id": workflow} if workflow else job


def _positive(query: dict[str, str]) -> int | None:
    if "limit" not in query:
        return None
    try:
        limit = int(query["limit"])
    except ValueError:
        limit = 0
    if limit < 1:
        raise BadQuery("limit must be a positive integer")
    return limit


def _sorted(jobs: list[Job], query: dict[str, str]) -> list[Job]:
    by = query.get("sort_by", "created_at")
    if by not in {"created_at", "execution_duration"}:
        raise BadQuery("sort_by must be 'created_at' or 'execution_duration'")
    order = query.get("sort_order", "desc")
    if order not in {"asc", "desc"}:
        raise BadQuery("sort_order must be 'asc' or 'desc'")
    key = _created if by == "created_at" else _duration
    return sorted(jobs, key=key, reverse=order == "desc")


def _created(job: Job) -> float:
    return float(job.get("create_time") or 0)


def _duration(job: Job) -> float:
    begun = job.get("execution_start_time") or 0
    return float((job.get("execution_end_time") or begun) - begun)
