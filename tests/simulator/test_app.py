"""What hangs on no route: unknown paths, methods, origins."""

import pytest

from tests.simulator.bench import running


async def _status(talk, headers: dict[str, str], path: str = "/queue") -> int:
    url = talk.simulator.url + path
    async with talk.session.get(url, headers=headers) as answer:
        return answer.status


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nosuchpath", 404),
        ("POST", "/nosuchpath", 405),
        ("PUT", "/api/queue", 405),
        ("GET", "/queue/", 404),
        ("GET", "/jobs", 404),
        ("GET", "/api/jobs", 200),
        ("GET", "/api/internal/logs", 404),
        ("OPTIONS", "/queue", 200),
        ("GET", "/api/system_stats", 200),
    ],
)
async def test_paths_and_methods(method: str, path: str, status: int) -> None:
    async with running() as talk:
        assert (await talk.ask(method, path))[0] == status


async def test_a_foreign_origin_is_refused_on_loopback_only() -> None:
    async with running() as talk:
        evil = {"Origin": "http://evil.example"}
        assert await _status(talk, evil) == 403
        assert await _status(talk, {"Origin": talk.simulator.url}) == 200
        assert await _status(talk, {"Origin": "null"}) == 200
        assert await _status(talk, {**evil, "Host": "192.168.1.5:8188"}) == 200
        assert "request with non matching host and origin" in await talk.log()


@pytest.mark.parametrize(("profile", "status"), [("0.8.0", 200), ("0.33.0", 403)])
async def test_cross_site_requests_are_refused_since_0_19(
    profile: str, status: int
) -> None:
    async with running(profile=profile) as talk:
        assert await _status(talk, {"Sec-Fetch-Site": "cross-site"}) == status


async def test_an_unexpected_body_is_a_plain_500_and_a_line_in_the_log() -> None:
    async with running() as talk:
        url = talk.simulator.url + "/free"
        async with talk.session.post(url, data=b"{not json") as answer:
            assert answer.status == 500
            assert answer.content_type == "text/plain"
            text = "500 Internal Server Error\n\nServer got itself in trouble"
            assert await answer.text() == text
        assert "Error handling request from 127.0.0.1" in await talk.log()
