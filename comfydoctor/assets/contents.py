"""Any file -> what its header tells; the one place that knows all formats."""

from comfydoctor.assets import gguf, onnx, safetensors, torchfile
from comfydoctor.assets.imposter import LOOKED_AT, Imposter, find_imposter
from comfydoctor.assets.tensors import Contents, Damage
from comfydoctor.assets.window import Window
from comfydoctor.model.modelfile import ModelFormat

_PICKLED = (".pt", ".pth", ".ckpt", ".bin", ".pkl", ".pt2")
_ZIP = b"PK\x03\x04"


def read_contents(window: Window) -> Contents | Imposter:
    """The header, damaged or not, or what stands in its place."""
    head = window.read(0, LOOKED_AT)
    form = format_of(head, window.size, window.path)
    if form is None and window.path.lower().endswith(_PICKLED):
        # Readers of such files open the oldest pickles, too.
        form = ModelFormat.PICKLE if torchfile.is_old_pickle(window) else None
    if form is None:
        imposter = find_imposter(head, window.size)
        return imposter or _unknown()
    try:
        return _READERS[form](window)
    except Damage as damage:
        whole = False if damage.missing else None
        return Contents(
            form,
            {},
            whole=whole,
            scanned=False,
            problem=str(damage),
            missing=damage.missing,
        )


def format_of(head: bytes, size: int, name: str) -> ModelFormat | None:
    """The format that the first bytes show; None where they show none of ours."""
    if head.startswith(gguf.MAGIC):
        return ModelFormat.GGUF
    if head.startswith(_ZIP):
        return ModelFormat.TORCH
    if torchfile.is_legacy(head):
        return ModelFormat.TORCH_LEGACY
    if safetensors.looks_like(head, size):
        return ModelFormat.SAFETENSORS
    if head[:1] == b"\x80" and len(head) > 1 and 2 <= head[1] <= 5:
        return ModelFormat.PICKLE
    if onnx.looks_like(head) and (name.lower().endswith(".onnx") or size > 1000):
        return ModelFormat.ONNX
    return None


def _unknown() -> Imposter:
    return Imposter(
        ModelFormat.UNKNOWN,
        "The first bytes are those of no model format.",
        "It may be damaged from the start: delete it and download it again.",
    )


_READERS = {
    ModelFormat.SAFETENSORS: safetensors.read_safetensors,
    ModelFormat.GGUF: gguf.read_gguf,
    ModelFormat.TORCH: torchfile.read_zip,
    ModelFormat.TORCH_LEGACY: torchfile.read_legacy,
    ModelFormat.PICKLE: torchfile.read_pickle,
    ModelFormat.ONNX: onnx.read_onnx,
}
