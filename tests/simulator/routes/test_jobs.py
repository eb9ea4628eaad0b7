from tests.simulator.bench import picture, running, sleeping, with_fault


async def test_jobs_are_listed_newest_first_with_their_states() -> None:
    async with running() as talk:
        await talk.ended(await talk.submit(picture(1)))
        bad = with_fault("FaultRaise", kind="ValueError", message="")
        await talk.ended(await talk.submit(bad))
        await talk.submit(sleeping(60.0))
        await talk.submit(picture(2))
        jobs = (await talk.get("/api/jobs"))["jobs"]
        assert [job["status"] for job in jobs] == [
            *("pending", "in_progress", "failed", "completed"),
        ]
        assert jobs[2]["execution_error"]["exception_type"] == "ValueError"
        assert jobs[3]["preview_output"]["mediaType"] == "images"


async def test_pages_and_filters() -> None:
    async with running() as talk:
        for colour in range(3):
            await talk.ended(await talk.submit(picture(colour)))
        page = await talk.get("/api/jobs?limit=2&offset=1&status=completed")
        assert page["pagination"] == {
            "offset": 1,
            "limit": 2,
            "total": 3,
            "has_more": False,
        }
        assert (await talk.ask("GET", "/api/jobs?sort_order=up"))[0] == 400


async def test_an_interrupted_job_is_cancelled_since_0_9_and_failed_before() -> None:
    for profile, state in (("0.8.0", "failed"), ("0.33.0", "cancelled")):
        async with running(profile=profile) as talk:
            graph = with_fault("FaultRaise", kind="interrupt", message="")
            job = await talk.submit(graph)
            await talk.ended(job)
            assert (await talk.get(f"/api/jobs/{job}"))["status"] == state
