import pytest

from tests.simulator.bench import last_event, running

SAMPLER = {
    "seed": 1,
    "steps": 4,
    "cfg": 7.0,
    "sampler_name": "euler",
    "scheduler": "normal",
    "denoise": 1.0,
}


def sampled(checkpoint: str, words: str = "a doctor", lora: str = "") -> dict:
    model, clip = ["1", 0], ["1", 1]
    graph = {
        "1": _node("CheckpointLoaderSimple", ckpt_name=checkpoint),
        "4": _node("EmptyLatentImage", width=64, height=64, batch_size=1),
        "6": _node("VAEDecode", samples=["5", 0], vae=["1", 2]),
        "7": _node("SaveImage", images=["6", 0], filename_prefix="s"),
    }
    if lora:
        strengths = {"strength_model": 1.0, "strength_clip": 1.0}
        graph["8"] = _node(
            "LoraLoader", model=model, clip=clip, lora_name=lora, **strengths
        )
        model, clip = ["8", 0], ["8", 1]
    graph["2"] = _node("CLIPTextEncode", text=words, clip=clip)
    links = {"positive": ["2", 0], "negative": ["2", 0], "latent_image": ["4", 0]}
    graph["5"] = _node("KSampler", model=model, **links, **SAMPLER)
    return graph


def _node(name: str, **inputs: object) -> dict:
    return {"class_type": name, "inputs": inputs}


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("truncated", "incomplete metadata, file not fully covered"),
        ("html_page", "header too large"),
        ("git_lfs_pointer", "header too large"),
        ("empty", "header too small"),
        ("not_a_model", "ERROR: Could not detect model type of: /opt/ComfyUI/models"),
    ],
)
async def test_a_damaged_file_fails_in_its_own_words(file: str, words: str) -> None:
    async with running() as talk:
        job = await talk.submit(sampled(f"{file}.safetensors"))
        event, data = last_event(await talk.ended(job))
        assert event == "execution_error"
        assert words in data["exception_message"]


async def test_a_run_shows_loading_and_a_progress_bar() -> None:
    async with running() as talk:
        await talk.ended(await talk.submit(sampled("tiny_sd15.safetensors")))
        log = await talk.log()
        for words in (
            "model weight dtype torch.float32, manual cast: None",
            "Requested to load BaseModel",
            "full load: True",
            "100%|██████████| 4/4 [",
        ):
            assert words in log


async def test_a_foreign_lora_only_complains() -> None:
    async with running() as talk:
        graph = sampled(
            "tiny_sd15.safetensors", lora="wrong_arch_sdxl_lora.safetensors"
        )
        entry = await talk.ended(await talk.submit(graph))
        assert entry["status"]["status_str"] == "success"
        assert (await talk.log()).count("lora key not loaded: ") == 4


@pytest.mark.parametrize(
    ("profile", "rest"), [("0.8.0", "nosuch a hat"), ("0.33.0", "nosuch")]
)
async def test_a_missing_embedding_is_a_line_in_the_log(
    profile: str, rest: str
) -> None:
    async with running(profile=profile) as talk:
        words = "embedding:nosuch a hat"
        await talk.ended(await talk.submit(sampled("tiny_sd15.safetensors", words)))
        line = f"warning, embedding:{rest} does not exist, ignoring"
        assert line in await talk.log()
