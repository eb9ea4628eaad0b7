from tests.comfy.web_server import asking


async def test_reads_and_subscribes_to_the_console():
    routes = {
        "GET /internal/logs/raw": {"entries": [{"t": "t", "m": "got prompt\n"}]},
        "GET /internal/logs": "t - \x1b[32mgot prompt\n",
        "PATCH /internal/logs/subscribe": b"",
        "GET /internal/folder_paths": {"loras": ["/models/loras"]},
    }
    async with asking(routes) as (served, client):
        assert (await client.log_entries())[0].m == "got prompt\n"
        assert "\x1b" not in await client.log_text()
        await client.subscribe_logs("mine")
        await client.subscribe_logs("mine", enabled=False)
        assert await client.folder_paths() == {"loras": ("/models/loras",)}
    assert served.heard[2].json == {"clientId": "mine", "enabled": True}
    assert served.heard[3].json == {"clientId": "mine", "enabled": False}
