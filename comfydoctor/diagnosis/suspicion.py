"""How likely a change breaks something, by what changed and how.

From the failure families: updates of torch and drivers, packages that others are
compiled against, core against packs, start flags that decide about memory.
"""

_TORCH = {"torch", "torchvision", "torchaudio", "xformers", "triton", "triton-windows"}
_COMPILED = {
    *("sageattention", "flash-attn", "nunchaku", "onnxruntime", "onnxruntime-gpu"),
    *("bitsandbytes", "comfy-kitchen", "comfy-aimdo", "spandrel"),
}
_SHARED = {
    *("numpy", "transformers", "diffusers", "huggingface-hub", "tokenizers", "pillow"),
    *("opencv-python", "opencv-contrib-python", "opencv-python-headless", "protobuf"),
    *("accelerate", "peft", "safetensors", "scipy", "pydantic", "aiohttp", "kornia"),
    *("insightface", "mediapipe", "gguf", "sentencepiece", "setuptools"),
}
_OWN = {
    *("comfyui-frontend-package", "comfyui-workflow-templates"),
    *("comfyui-embedded-docs", "comfyui-manager"),
}
_MEMORY_FLAGS = (
    *("--lowvram", "--novram", "--highvram", "--gpu-only", "--cpu", "--normalvram"),
    *("--reserve-vram", "--cache", "--disable-smart-memory", "--disable-dynamic"),
    *("--use-", "--fp", "--bf16", "--force-", "--fast", "--disable-pinned"),
    *("--disable-cuda-malloc", "--cuda-malloc", "--cuda-device", "--directml"),
)
_CORE = {
    "version": 90,
    "commit": 88,
    "python": 85,
    "torch": 95,
    "devices": 92,
    "os": 50,
}


def suspicion_of(part: str, subject: str, was: str | None, now: str | None) -> int:
    """0 to 100; None stands for "not there"."""
    match part:
        case "server" | "core":
            return _CORE.get(subject, 45)
        case "driver":
            return 85
        case "packs":
            return _pack(was, now)
        case "packages":
            return _package(subject, was, now)
        case "flags":
            return 75 if subject.startswith(_MEMORY_FLAGS) else 50
        case "nodes":
            return 60 if was else 20
        case "models":
            return _model(was, now)
        case _:
            return 45


def _pack(was: str | None, now: str | None) -> int:
    """An update breaks more often than a new pack, and that more than a removal."""
    if was is None:
        return 70
    return 65 if now is None else 80


def _package(name: str, was: str | None, now: str | None) -> int:
    if name in _TORCH:
        return 95
    if name in _COMPILED:
        return 80
    if name in _SHARED:
        return 70 if was is not None else 45
    if name in _OWN:
        return 50
    if now is None:
        return 55
    return 35 if was is not None else 25


def _model(was: str | None, now: str | None) -> int:
    if was is None:
        return 5
    return 55 if now is None else 60
