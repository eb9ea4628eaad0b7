"""Names of models and media in a workflow: what they are, what is nearly the same."""

import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import islice

MODEL = re.compile(
    r"\.(?:safetensors|sft|ckpt|pth?|bin|gguf|onnx|pkl|engine|patch)$", re.IGNORECASE
)
MEDIA = re.compile(
    r"\.(?:png|jpe?g|webp|gif|bmp|tiff?|avif|exr|mp4|mov|webm|mkv|avi|wav|mp3|flac|ogg"
    r"|opus|m4a|glb|gltf|obj|fbx|stl|ply|splat|spz|latent)$",
    re.IGNORECASE,
)
_PLACE = re.compile(r" \[(input|output|temp)\]$")
_ALIKE = 0.8
_WEIGHTS = re.compile(r"(?:fp?8|fp?16|fp?32|bf16|e4m3fn|e5m2|scaled|pruned|emaonly)")
_MOST_COMPARED = 10_000
_LONGEST = 200
_FOLDERS = {
    "ckpt_name": "checkpoints",
    "lora_name": "loras",
    "vae_name": "vae",
    "unet_name": "diffusion_models",
    "clip_name": "text_encoders",
    "text_encoder": "text_encoders",
    "control_net_name": "controlnet",
    "style_model_name": "style_models",
    "clip_vision_name": "clip_vision",
    "gligen_name": "gligen",
    "hypernetwork_name": "hypernetworks",
    "photomaker_model_name": "photomaker",
    "audio_encoder_name": "audio_encoders",
    "bg_removal_name": "background_removal",
}
_BY_NODE = {
    "UpscaleModelLoader": "upscale_models",
    "CLIPVisionLoader": "clip_vision",
    "ModelPatchLoader": "model_patches",
    "AudioEncoderLoader": "audio_encoders",
    "LatentUpscaleModelLoader": "latent_upscale_models",
    "FrameInterpolationModelLoader": "frame_interpolation",
}


def folder_of(node_type: str, input_name: str) -> str:
    """Type of the folder that an input's choices come from; empty if not known."""
    if node_type in _BY_NODE:
        return _BY_NODE[node_type]
    return _FOLDERS.get(input_name.rpartition(".")[2].rstrip("0123456789"), "")


def is_model(value: object) -> bool:
    """Whether a value names a file of weights."""
    return isinstance(value, str) and MODEL.search(value) is not None


def is_media(value: object) -> bool:
    """Whether a value names a picture, a film, a sound or a scene."""
    return isinstance(value, str) and MEDIA.search(bare(value)) is not None


def bare(value: str) -> str:
    """Without the folder of ComfyUI's that may follow: ``a.png [output]``."""
    return _PLACE.sub("", value)


def placed(value: str) -> str:
    """``input``, ``output`` or ``temp``: where the file is looked for."""
    found = _PLACE.search(value)
    return found[1] if found else "input"


def base(name: str) -> str:
    """The name alone, of either system's paths, without case."""
    return name.replace("\\", "/").rpartition("/")[2].lower()


def same_file(wanted: str, offered: Iterable[object]) -> str:
    """The offered name that differs only in folder, slashes or case; or empty."""
    name = base(wanted)
    return next((o for o in offered if isinstance(o, str) and base(o) == name), "")


def nearest(wanted: str, offered: Iterable[object]) -> str:
    """The offered name most like ``wanted``; empty when none is alike."""
    matcher = SequenceMatcher(None, autojunk=False)
    matcher.set_seq2(_stem(wanted[:_LONGEST]))
    best, found = _ALIKE, ""
    for name in islice(offered, _MOST_COMPARED):
        if isinstance(name, str):
            matcher.set_seq1(_stem(name[:_LONGEST]))
            if matcher.real_quick_ratio() >= best and matcher.quick_ratio() >= best:
                score = matcher.ratio()
                if score > best or (score == best and not found):
                    best, found = score, name
    return found


@lru_cache(20_000)
def _stem(name: str) -> str:
    """What makes a name, without folder, ending, precision and punctuation."""
    plain = base(name)
    stem = plain.rpartition(".")[0] if MODEL.search(plain) else plain
    short = re.sub(r"[\W_]+", "", _WEIGHTS.sub("", stem))
    return short or stem
