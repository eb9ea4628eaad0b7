from tests.simulator.bench import running


async def test_card_and_server_agree_on_the_memory_used() -> None:
    async with running("healthy-studio", speed=1.0) as talk:
        host = await talk.get("/comfydoctor/simulated/host")
        device = (await talk.get("/system_stats"))["devices"][0]
        card = host["gpus"][0]
        assert card["memory_total"] == device["vram_total"]
        used = device["vram_total"] - device["vram_free"]
        assert abs(card["memory_used"] - used - device["torch_vram_free"]) < 2**28
        assert 0 < host["ram_used"] < host["ram_total"]
        assert set(card) >= {"index", "uuid", "name", "load_percent", "power_w"}


async def test_a_server_without_a_card_shows_system_memory_as_comfyui_does() -> None:
    async with running() as talk:
        device = (await talk.get("/system_stats"))["devices"][0]
        assert device["type"] == "cpu"
        assert device["vram_total"] > 2**33
        assert (await talk.get("/comfydoctor/simulated/host"))["gpus"] == []
