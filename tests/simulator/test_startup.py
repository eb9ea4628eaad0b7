import pytest

from tests.simulator.bench import running


@pytest.mark.parametrize("profile", ["0.3.64", "0.8.0", "0.33.0"])
async def test_the_console_names_version_card_and_packs(profile: str) -> None:
    async with running("missing-node-pack", profile) as talk:
        entries = (await talk.get("/internal/logs/raw"))["entries"]
        text = "".join(entry["m"] for entry in entries)
        for words in (
            "Total VRAM 24564 MB, total RAM 65536 MB",
            "Device: cuda:0 NVIDIA GeForce RTX 4090 : native",
            f"ComfyUI version: {profile}",
            "Import times for custom nodes:",
            "0.4 seconds: /opt/ComfyUI/custom_nodes/ComfyUI-VideoHelperSuite",
            "0.6 seconds (IMPORT FAILED): /opt/ComfyUI/custom_nodes/ComfyUI-FaceDetail",
            "ModuleNotFoundError: No module named 'insightface'",
            "module for custom nodes: No module named 'insightface'",
            "To see the GUI go to: http://127.0.0.1:",
        ):
            assert words in text


async def test_nodes_of_a_failed_pack_do_not_exist() -> None:
    async with running("missing-node-pack") as talk:
        assert await talk.get("/object_info/FaceDetailerLite") == {}
        assert "VHS_VideoCombine" in await talk.get("/object_info/VHS_VideoCombine")
