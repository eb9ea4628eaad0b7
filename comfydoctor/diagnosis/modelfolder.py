"""Which folder a loader reads, and what a file's size says about it."""

KIB, MIB = 1 << 10, 1 << 20
TINY = KIB
"""Bytes; a pointer of Git LFS has about 135, a web server's refusal a few dozen."""
_FOLDERS = {
    "ckpt_name": "checkpoints",
    "lora_name": "loras",
    "vae_name": "vae",
    "unet_name": "diffusion_models",
    "control_net_name": "controlnet",
    "style_model_name": "style_models",
    "clip_vision_name": "clip_vision",
    "gligen_name": "gligen",
    "hypernetwork_name": "hypernetworks",
    "photomaker_model_name": "photomaker",
}
_BY_NODE = {
    "UpscaleModelLoader": "upscale_models",
    "CLIPVisionLoader": "clip_vision",
    "ModelPatchLoader": "model_patches",
    "AudioEncoderLoader": "audio_encoders",
}
_NEVER_SMALL = {
    "checkpoints",
    "diffusion_models",
    "text_encoders",
    "clip_vision",
    "controlnet",
}


def folder_of(node_type: str, input_name: str) -> str:
    """Type of model that an input of a node takes; empty when not known."""
    if node_type in _BY_NODE:
        return _BY_NODE[node_type]
    if input_name.startswith("clip_name"):
        return "text_encoders"
    return _FOLDERS.get(input_name.rstrip("0123456789"), "")


def trouble_with(folder: str, size: int | None) -> str:
    """What is wrong with a model of this size, or empty; None is not known."""
    if size is None:
        return ""
    if size == 0:
        return "is empty."
    if size < TINY:
        return (
            f"has only {size} bytes: a pointer of Git LFS or a refusal, not the model."
        )
    if size < MIB and folder in _NEVER_SMALL:
        return (
            f"has only {size / KIB:.0f} kB: mostly a web page that was saved instead."
        )
    return ""
