import pytest

from comfydoctor.comfy.limits import Limits
from comfydoctor.errors import Garbled, Rejected, TooMuch
from tests.comfy.web_server import asking


async def test_object_info_comes_unparsed_up_to_its_own_cap():
    body = b"{" + b" " * 3_000_000 + b"}"
    async with asking({"GET /object_info": body}) as (_, client):
        assert await client.object_info_bytes() == body
    small = Limits(heavy_body=1000)
    async with asking({"GET /object_info": body}, limits=small) as (_, client):
        with pytest.raises(TooMuch):
            await client.object_info_bytes()


async def test_definitions_come_indexed_and_a_page_says_where_it_came_from():
    routes = {"GET /object_info": {"KSampler": {"input": {}}}}
    async with asking(routes) as (_, client):
        known = await client.definitions()
        assert list(known.names()) == ["KSampler"]
    async with asking({"GET /object_info": b"{ no"}) as (_, client):
        with pytest.raises(Garbled) as failed:
            await client.definitions()
        assert failed.value.url == client.http.url


async def test_one_class_none_and_a_broken_one():
    routes = {
        "GET /object_info/KSampler": {"KSampler": {"input": {}, "name": "KSampler"}},
        "GET /object_info/No%2FSuch": {},
        "GET /object_info/Broken": (500, b"trouble"),
    }
    async with asking(routes) as (_, client):
        assert (await client.object_info_class("KSampler"))["name"] == "KSampler"
        assert await client.object_info_class("No/Such") is None
        with pytest.raises(Rejected):
            await client.object_info_class("Broken")


async def test_models_their_sizes_and_metadata():
    routes = {
        "GET /models": ["loras", 5],
        "GET /models/loras": ["a/b.safetensors"],
        "GET /experiment/models/loras": [{"name": "a", "size": 0}],
        "GET /view_metadata/loras": {"ss_network_dim": "4"},
        "GET /embeddings": ["e"],
        "GET /node_replacements": {"Old": []},
    }
    async with asking(routes) as (served, client):
        assert await client.model_folders() == ("loras",)
        assert await client.models("loras") == ("a/b.safetensors",)
        assert (await client.model_files("loras"))[0].size == 0
        found = await client.model_metadata("loras", "a/b.safetensors")
        assert found == {"ss_network_dim": "4"}
        assert await client.embeddings() == ("e",)
        assert await client.node_replacements() == {"Old": []}
        for nothing in (client.models("x"), client.model_files("x")):
            assert await nothing is None
        assert await client.model_metadata("x", "y") is None
    assert served.heard[3].query == {"filename": "a/b.safetensors"}
