"""How exactly a model's numbers are kept, and how many there are."""

from collections import Counter
from collections.abc import Mapping

from comfydoctor.assets.gguf import file_type
from comfydoctor.assets.tensors import Contents, Tensor
from comfydoctor.model.modelfile import ModelFormat

NAMES = {
    "F64": "fp64",
    "F32": "fp32",
    "F16": "fp16",
    "BF16": "bf16",
    "F8_E4M3": "fp8_e4m3fn",
    "F8_E5M2": "fp8_e5m2",
    "F4": "fp4",
    "F8_E4M3FNUZ": "fp8_e4m3fnuz",
    "F8_E5M2FNUZ": "fp8_e5m2fnuz",
    "I8": "int8",
    "U8": "uint8",
    "I16": "int16",
    "I32": "int32",
    "I64": "int64",
}
_MIXED = 0.2
"""From this share of the numbers on, a second type is worth a word."""
_HELPERS = (
    *(".scale_weight", ".scale_input", ".weight_scale", ".weight_scale_2"),
    *(".input_scale", ".comfy_quant", ".wscales", ".wzeros", ".smooth", ".smooth_orig"),
    *(".wtscale", ".wcscales", ".qzeros", ".scales", ".g_idx", ".absmax", ".alpha"),
    *(".nested_absmax", ".quant_map", ".nested_quant_map", "scaled_fp8"),
)
"""Endings of tensors that only say how to unpack others."""
_PAIRS = ("nf4", "fp4", "nvfp4", "int4")
"""Kept two to a byte."""


def count_parameters(tensors: Mapping[str, Tensor], scheme: str) -> int:
    """Numbers of the model, unpacked, without the helpers of a quantisation."""
    if not scheme:
        return sum(tensor.elements for tensor in tensors.values())
    total = 0
    for name, tensor in tensors.items():
        if ".quant_state." in name or name.endswith(_HELPERS):
            continue
        packed = tensor.dtype in ("U8", "I8") and scheme.startswith(_PAIRS)
        eight = tensor.dtype == "I32" and name.endswith(".qweight")
        total += tensor.elements * (2 if packed else 8 if eight else 1)
    return total


def scheme_of(contents: Contents) -> str:
    """The quantisation in words; empty for plain numbers."""
    ends = {name[name.rfind(".") + 1 :] for name in contents.tensors}
    for kind in ("nf4", "fp4"):
        if f"bitsandbytes__{kind}" in ends:
            return f"{kind} (bitsandbytes)"
    if "qweight" in ends:
        return _packed(ends)
    if "scaled_fp8" in ends:
        return "fp8 scaled"
    if "comfy_quant" in ends or "weight_scale" in ends:
        return _scaled(contents, ends)
    return ""


def _packed(ends: set[str]) -> str:
    if "wscales" in ends:
        four = "nvfp4" if "wtscale" in ends or "wcscales" in ends else "int4"
        return f"{four} (Nunchaku)"
    return "int4 (GPTQ or AWQ)"


def _scaled(contents: Contents, ends: set[str]) -> str:
    noted = contents.metadata.get("_quantization_metadata", "")
    for word in ("nvfp4", "mxfp8", "mxfp4", "int8", "float8_e5m2", "float8_e4m3fn"):
        if f'"{word}' in noted:
            return f"{word.replace('float8', 'fp8')} scaled"
    if "weight_scale_2" in ends:
        return "nvfp4"
    types = {t.dtype for n, t in contents.tensors.items() if n.endswith(".weight")}
    if "F8_E4M3" in types or "F8_E5M2" in types:
        return "fp8 scaled"
    return "int8 scaled" if "I8" in types else "quantised"


def dtype_of(contents: Contents, scheme: str) -> str:
    """The types in words: ``fp16``, ``mixed (bf16, fp32)``, ``Q4_K_M``."""
    if scheme:
        return scheme
    if contents.format is ModelFormat.GGUF:
        return _ggml(contents)
    held = _held(contents)
    named = Counter({NAMES.get(k, k.lower()): count for k, count in held.items()})
    return _words(named)


def _held(contents: Contents) -> Counter[str]:
    """Numbers by the type they are kept in."""
    held: dict[str, int] = {}
    for tensor in contents.tensors.values():
        held[tensor.dtype] = held.get(tensor.dtype, 0) + tensor.elements
    return Counter(held)


def _ggml(contents: Contents) -> str:
    named = file_type(dict(contents.metadata))
    held = _held(contents)
    main = held.most_common(1)[0][0] if held else ""
    return named if named and named.startswith(main.split("_K")[0]) else main


def _words(held: Counter[str]) -> str:
    total = sum(held.values())
    if not total:
        return next(iter(held), "")
    large = [name for name, count in held.most_common(3) if count >= total * _MIXED]
    return large[0] if len(large) == 1 else f"mixed ({', '.join(large)})"


def _end(name: str) -> str:
    return name.rpartition(".")[2]
