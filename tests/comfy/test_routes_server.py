import pytest

from comfydoctor.errors import NotComfy, Rejected, TooMuch
from comfydoctor.model.features import Features
from tests.comfy.web_server import STATS, asking


async def test_tells_the_server_its_features_and_its_queue():
    routes = {
        "GET /system_stats": STATS,
        "GET /features": {"max_upload_size": 5},
        "GET /prompt": {"exec_info": {"queue_remaining": 1}},
    }
    async with asking(routes) as (_, client):
        assert (await client.system_stats()).devices[0].type == "cpu"
        assert (await client.features()).max_upload_size == 5
        assert await client.queue_remaining() == 1


async def test_servers_without_features_have_none():
    async with asking({"GET /system_stats": STATS}) as (_, client):
        assert await client.features() == Features()


async def test_a_web_server_that_is_no_comfyui_is_said_to_be_none():
    """Found by hand: one that answers 404 to everything was called connected."""
    async with asking({"GET /": b"hello"}) as (_, client):
        for ask in (client.queue_remaining, client.system_stats):
            with pytest.raises(NotComfy, match="Something else than ComfyUI"):
                await ask()


async def test_small_answers_have_a_small_cap():
    async with asking({"GET /system_stats": b" " * (2 << 20)}) as (_, client):
        with pytest.raises(TooMuch):
            await client.system_stats()


async def test_users_settings_and_lists():
    routes = {
        "GET /users": {"storage": "server", "users": {"1": "Ann"}},
        "GET /settings": {"a": 1},
        "GET /settings/Comfy.X": b"null",
        "POST /settings/Comfy.X": b"",
        "GET /extensions": ["/a.js"],
        "GET /workflow_templates": {"pack": ["t"]},
        "GET /global_subgraphs": {"s": {}},
        "GET /api/tags": {"tags": []},
        "GET /api/assets": (503, {"error": {"code": "SERVICE_DISABLED"}}),
    }
    async with asking(routes) as (served, client):
        assert await client.users() == {"1": "Ann"}
        assert await client.settings() == {"a": 1}
        assert await client.setting("Comfy.X") is None
        await client.write_setting("Comfy.X", [1, "ü"])
        assert served.heard[-1].json == [1, "ü"]
        assert await client.extensions() == ("/a.js",)
        assert await client.templates() == {"pack": ("t",)}
        assert await client.global_subgraphs() == {"s": {}}
        assert await client.tags() == {"tags": []}
        with pytest.raises(Rejected, match="503"):
            await client.assets()


async def test_a_single_user_has_no_list():
    async with asking({"GET /users": {"storage": "server"}}) as (_, client):
        assert await client.users() == {}
