"""Which kinds of model each of ComfyUI's folders is for."""

from pathlib import PurePath

from comfydoctor.model.modelfile import ModelKind as Kind

MEANT: dict[str, frozenset[Kind]] = {
    "checkpoints": frozenset({Kind.CHECKPOINT}),
    "diffusion_models": frozenset({Kind.DIFFUSION}),
    "loras": frozenset({Kind.LORA}),
    "vae": frozenset({Kind.VAE}),
    "vae_approx": frozenset({Kind.VAE}),
    "text_encoders": frozenset({Kind.TEXT_ENCODER}),
    "controlnet": frozenset({Kind.CONTROLNET, Kind.T2I_ADAPTER}),
    "clip_vision": frozenset({Kind.CLIP_VISION}),
    "upscale_models": frozenset({Kind.UPSCALER}),
    "embeddings": frozenset({Kind.EMBEDDING}),
    "style_models": frozenset({Kind.STYLE_MODEL}),
    "ipadapter": frozenset({Kind.IP_ADAPTER, Kind.LORA}),
    "model_patches": frozenset({Kind.MODEL_PATCH}),
    "hypernetworks": frozenset({Kind.HYPERNETWORK}),
    "gligen": frozenset({Kind.GLIGEN}),
    "animatediff_models": frozenset({Kind.MOTION_MODULE}),
}
"""Folder types of ComfyUI 0.33 ``folder_paths.py``, and two of common node packs."""
SAME = {
    "unet": "diffusion_models",
    "clip": "text_encoders",
    "t2i_adapter": "controlnet",
    "lora": "loras",
    "checkpoint": "checkpoints",
    "unet_gguf": "diffusion_models",
    "clip_gguf": "text_encoders",
    "stable-diffusion": "checkpoints",
    "stablediffusion": "checkpoints",
    "lycoris": "loras",
    "esrgan": "upscale_models",
    "ip-adapter": "ipadapter",
    "ipadapter-flux": "ipadapter",
    "xlabs": "",
    "animatediff": "",
}
"""Other names for them: older ones, and those of other programs that share folders."""
_HOME = {
    Kind.CHECKPOINT: "checkpoints",
    Kind.DIFFUSION: "diffusion_models",
    Kind.LORA: "loras",
    Kind.VAE: "vae",
    Kind.TEXT_ENCODER: "text_encoders",
    Kind.CONTROLNET: "controlnet",
    Kind.T2I_ADAPTER: "controlnet",
    Kind.CLIP_VISION: "clip_vision",
    Kind.UPSCALER: "upscale_models",
    Kind.EMBEDDING: "embeddings",
    Kind.STYLE_MODEL: "style_models",
    Kind.IP_ADAPTER: "ipadapter",
    Kind.MODEL_PATCH: "model_patches",
    Kind.GLIGEN: "gligen",
    Kind.MOTION_MODULE: "animatediff_models",
}


def folder_type(path: str | PurePath) -> str:
    """The type of the nearest folder that ComfyUI knows; empty where none is."""
    for part in reversed(PurePath(path).parent.parts):
        name = SAME.get(part.lower(), part.lower())
        if name in MEANT:
            return name
    return ""


def home_of(kind: Kind) -> str:
    """The folder type that a kind belongs into; empty where there is none."""
    return _HOME.get(kind, "")


def misplaced(kind: Kind, folder: str) -> str:
    """A sentence when a model of this kind does not belong there."""
    meant = MEANT.get(folder)
    if meant is None or kind in meant or kind in (Kind.UNKNOWN, Kind.OTHER):
        return ""
    if folder == "checkpoints" and kind is Kind.DIFFUSION:
        return ""
    if folder == "diffusion_models" and kind is Kind.CHECKPOINT:
        return ""
    home = _HOME.get(kind)
    better = f" It belongs into “{home}”." if home else ""
    return f"This is {article(kind)}, but it lies in “{folder}”.{better}"


def placed_note(kind: Kind, folder: str) -> str:
    """What to know where a kind loads from a folder, but only in part."""
    if folder == "checkpoints" and kind is Kind.DIFFUSION:
        return (
            "It holds only the diffusion model; the text encoder and the VAE "
            "need loaders of their own."
        )
    if folder == "diffusion_models" and kind is Kind.CHECKPOINT:
        return "It is a whole checkpoint; the loaders of this folder use a part of it."
    return ""


def article(kind: Kind) -> str:
    """``a LoRA``, ``an upscaler``."""
    word = {Kind.LORA: "LoRA", Kind.VAE: "VAE", Kind.CONTROLNET: "ControlNet"}
    named = word.get(kind, kind.value)
    return f"an {named}" if named[0] in "aeiou" else f"a {named}"
