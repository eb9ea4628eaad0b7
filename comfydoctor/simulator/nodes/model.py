"""Nodes that load models: checkpoints, parts of them, LoRAs, upscalers."""

from comfydoctor.simulator.failure import NodeFailed, frame
from comfydoctor.simulator.family import family
from comfydoctor.simulator.nodes.work import Outcome, Work
from comfydoctor.simulator.values import (
    Conditioning,
    Latent,
    ModelFile,
    Thing,
    Weights,
)

SAFETENSORS = "safetensors._safetensors_rust.SafetensorError"
DAMAGE = {
    "truncated": "incomplete metadata, file not fully covered",
    "html": "header too large",
    "lfs": "header too large",
    "empty": "header too small",
}


async def opened(work: Work, folder: str, name: str) -> ModelFile:
    """Read a file, or fail in the words of safetensors."""
    file = work.machine.disk.model(folder, name)
    if file is None:
        path = f"/opt/ComfyUI/models/{folder}/{name}"
        raise NodeFailed("FileNotFoundError", f"Model in folder '{folder}' {path}")
    if file.state in DAMAGE:
        raise _unreadable(work, DAMAGE[file.state])
    if file.state != "ok":
        raise _unknown_kind(work, folder, name)
    await work.read(file)
    return file


def _unreadable(work: Work, reason: str) -> NodeFailed:
    code = 'with safetensors.safe_open(ckpt, framework="pt", device=device.type) as f:'
    line = 169 if work.machine.version.since(0, 33) else 59
    frames = (
        frame("nodes.py", 577, "load_checkpoint", "out = comfy.sd.load_checkpoint"),
        frame("comfy/utils.py", line, "load_torch_file", code),
    )
    message = f"Error while deserializing header: {reason}"
    return NodeFailed(SAFETENSORS, message, frames)


def _unknown_kind(work: Work, folder: str, name: str) -> NodeFailed:
    line = 2092 if work.machine.version.since(0, 33) else 1176
    where = "load_checkpoint_guess_config"
    code = "raise RuntimeError(model_detection_error_hint(ckpt_path, sd))"
    path = f"/opt/ComfyUI/models/{folder}/{name}"
    message = f"ERROR: Could not detect model type of: {path}\n"
    return NodeFailed(
        "RuntimeError", message, (frame("comfy/sd.py", line, where, code),)
    )


def parts(file: ModelFile) -> tuple[Weights, Weights, Weights]:
    """Diffusion model, text encoder and VAE of a checkpoint."""
    kin = family(file.family)
    return (
        Weights(file.name, "unet", kin.unet, kin.unet_mb, kin),
        Weights(file.name, "clip", kin.clip, kin.clip_mb, kin),
        Weights(file.name, "vae", kin.vae, kin.vae_mb, kin),
    )


async def checkpoint(work: Work) -> Outcome:
    """CheckpointLoaderSimple."""
    file = await opened(work, "checkpoints", work.inputs["ckpt_name"])
    unet, clip, vae = parts(file)
    console = work.machine.console
    _say_unet(work, unet)
    device = "cuda:0" if work.machine.card.there else "cpu"
    kind = "torch.bfloat16" if work.machine.card.there else "torch.float32"
    console.info(f"VAE load device: {device}, offload device: cpu, dtype: {kind}")
    await work.load(clip)
    console.info(
        f"CLIP/text encoder model load device: {device}, offload device: cpu,"
        " current: cpu, dtype: torch.float16"
    )
    return Outcome((unet, clip, vae))


def _say_unet(work: Work, unet: Weights) -> None:
    kind = "torch.float16" if work.machine.card.there else "torch.float32"
    work.machine.console.info(f"model weight dtype {kind}, manual cast: None")
    work.machine.console.info(f"model_type {unet.family.model_type}")


async def unet_file(work: Work) -> Outcome:
    """UNETLoader."""
    unet = parts(await opened(work, "diffusion_models", work.inputs["unet_name"]))[0]
    _say_unet(work, unet)
    return Outcome((unet,))


async def clip_file(work: Work) -> Outcome:
    """CLIPLoader."""
    clip = parts(await opened(work, "text_encoders", work.inputs["clip_name"]))[1]
    return Outcome((clip,))


async def vae_file(work: Work) -> Outcome:
    """VAELoader."""
    return Outcome((parts(await opened(work, "vae", work.inputs["vae_name"]))[2],))


async def lora(work: Work) -> Outcome:
    """LoraLoader: keys of another model family are only complained about."""
    unet, clip = work.inputs["model"], work.inputs["clip"]
    file = await opened(work, "loras", work.inputs["lora_name"])
    if file.family == "wrong-shape" or file.family == unet.family.id:
        patched = (*unet.patches, file.name)
    else:
        for key in _foreign_keys(file):
            work.machine.console.warning(f"lora key not loaded: {key}")
        patched = unet.patches
    fields = unet.file, unet.part, unet.class_name, unet.mb, unet.family
    return Outcome((Weights(*fields, patches=patched), clip))


def _foreign_keys(file: ModelFile) -> list[str]:
    count = 4 if file.size < 1 << 20 else 48
    keys = []
    for index in range(count // 2):
        block, inner = index % 9 + 3, index // 9
        stem = (
            f"lora_unet_output_blocks_{block}_1_transformer_blocks_{inner}"
            f"_attn{index % 2 + 1}_to_k"
        )
        keys += [f"{stem}.lora_down.weight", f"{stem}.lora_up.weight"]
    return keys


async def encode_text(work: Work) -> Outcome:
    """CLIPTextEncode; a missing embedding is only a line in the console."""
    words = str(work.inputs["text"])
    await work.load(work.inputs["clip"])
    for word in words.replace(",", " ").split():
        if word.startswith("embedding:"):
            _say_embedding(work, word[len("embedding:") :], words)
    await work.compute(0.12, 0.5)
    return Outcome((Conditioning(words, work.inputs["clip"].family.dim),))


def _say_embedding(work: Work, name: str, words: str) -> None:
    stems = {file.rsplit(".", 1)[0] for file in work.machine.disk.names("embeddings")}
    if name.rsplit(".", 1)[0] in stems:
        return
    rest = words.split("embedding:", 1)[1]
    shown = name if work.machine.version.since(0, 33) else rest
    work.machine.console.warning(f"warning, embedding:{shown} does not exist, ignoring")


async def empty_latent(work: Work) -> Outcome:
    """EmptyLatentImage and the video form of it."""
    size = work.inputs["width"], work.inputs["height"]
    frames = work.inputs.get("length", 1)
    return Outcome((Latent(*size, work.inputs["batch_size"], frames),))


async def upscaler_file(work: Work) -> Outcome:
    """UpscaleModelLoader."""
    file = await opened(work, "upscale_models", work.inputs["model_name"])
    return Outcome((Thing("UPSCALE_MODEL", {"file": file.name}),))
