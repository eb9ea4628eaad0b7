import pytest

from comfydoctor.errors import Forbidden, Rejected, Unsupported
from comfydoctor.model.manager import Manager, ManagerGeneration
from tests.comfy.web_server import asking, client_for, raw_serving

CHANGING = ("reboot", "save", "restore", "reset", "start", "install")


def v3(version="V3.41", **more):
    return {"GET /manager/version": version.encode(), **more}


def v4(version, **more):
    return {"GET /v2/manager/version": version.encode(), **more}


@pytest.mark.parametrize(
    ("routes", "generation", "version"),
    [
        ({}, ManagerGeneration.NONE, ""),
        (v3(), ManagerGeneration.V3, "V3.41"),
        (v4("V4.0.4"), ManagerGeneration.V4_GET, "V4.0.4"),
        (v4("V4.2.1"), ManagerGeneration.V4_POST, "V4.2.1"),
        (v4("5.0"), ManagerGeneration.V4_POST, "5.0"),
        (
            v4(
                "V4.1.0",
                **{
                    "GET /features": {
                        "extension": {"manager": {"supports_csrf_post": True}}
                    }
                },
            ),
            ManagerGeneration.V4_POST,
            "V4.1.0",
        ),
        (
            {"GET /features": {"extension": {"manager": {"supports_v4": True}}}},
            ManagerGeneration.NONE,
            "",
        ),
        ({"GET /v2/manager/version": b"<html>hi"}, ManagerGeneration.NONE, ""),
        ({"GET /manager/version": (500, b"V3.41")}, ManagerGeneration.NONE, ""),
        (v4("4.2.2" + "9" * 500), ManagerGeneration.NONE, ""),
    ],
)
async def test_the_generation_is_found_without_touching_anything(
    routes, generation, version
):
    async with asking(routes) as (served, client):
        assert await client.manager() == Manager(generation, version)
    assert not [path for path in served.paths if any(w in path for w in CHANGING)]
    assert all(path.startswith("GET ") for path in served.paths)


async def test_changes_are_posted_without_a_body():
    routes = v4("V4.2.2", **{"POST /v2/snapshot/save": b""})
    async with asking(routes) as (served, client):
        await client.save_snapshot()
    assert served.paths[-1] == "POST /v2/snapshot/save"
    assert served.heard[-1].body == b""
    assert "content-type" not in served.heard[-1].headers


async def test_the_generation_that_wants_get_is_asked_by_post_first():
    routes = v4("V4.0.4", **{"GET /v2/snapshot/save": b""})
    async with asking(routes) as (served, client):
        await client.save_snapshot()
    assert served.paths[-2:] == ["POST /v2/snapshot/save", "GET /v2/snapshot/save"]


async def test_the_generation_that_wants_post_is_never_asked_by_get():
    routes = v4("V4.2.2", **{"GET /v2/manager/reboot": b""})
    async with asking(routes) as (served, client):
        with pytest.raises(Unsupported):
            await client.manager_reboot()
    assert "GET /v2/manager/reboot" not in served.paths


async def test_a_refusal_is_never_tried_again_by_get():
    for answer, error in (((403, b""), Forbidden), ((500, b""), Rejected)):
        routes = v4("V4.0.4", **{"POST /v2/manager/reboot": answer})
        async with asking(routes) as (served, client):
            with pytest.raises(error):
                await client.manager_reboot()
        assert "GET /v2/manager/reboot" not in served.paths


async def test_without_a_manager_nothing_is_sent():
    async with asking({}) as (served, client):
        for act in (client.manager_reboot, client.save_snapshot, client.snapshots):
            with pytest.raises(Unsupported):
                await act()
    assert not [path for path in served.paths if any(w in path for w in CHANGING)]


async def test_a_cut_connection_means_that_it_restarts():
    async def talk(reader, writer):
        head = served.heard[-1]
        if head.method == "POST":
            return
        body = b"V4.2.2" if head.path == "/v2/manager/version" else b""
        status = b"200 OK" if body else b"404 Not Found"
        writer.write(
            b"HTTP/1.1 %b\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%b"
            % (status, len(body), body)
        )
        await writer.drain()
        writer.close()

    async with raw_serving(talk) as served, client_for(served.url) as client:
        await client.manager_reboot()
    assert served.paths[-1] == "POST /v2/manager/reboot"
    assert served.paths.count("POST /v2/manager/reboot") == 1


async def test_snapshots_are_restored_as_each_generation_wants():
    routes = v3(**{"POST /snapshot/restore": b""})
    async with asking(routes) as (served, client):
        await client.restore_snapshot("a b")
    assert served.heard[-1].json == {"target": "a b"}
    assert served.heard[-1].query == {}
    routes = v4("V4.2.2", **{"POST /v2/snapshot/restore": b""})
    async with asking(routes) as (served, client):
        await client.restore_snapshot("a b")
    assert served.heard[-1].query == {"target": "a b"}
    assert served.heard[-1].body == b""


async def test_reads_snapshots_and_its_queue():
    status = {"total_count": 2, "is_processing": True, "odd": "x"}
    routes = v3(
        **{
            "GET /snapshot/getlist": {"items": ["new", "old"]},
            "GET /manager/queue/status": status,
        }
    )
    async with asking(routes) as (_, client):
        assert await client.snapshots() == ("new", "old")
        assert await client.manager_queue() == {"total_count": 2, "is_processing": 1}
