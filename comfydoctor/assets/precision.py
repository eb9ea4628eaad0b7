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
    ends = Counter(_end(name) for name in contents.tensors)
    for telling, word in (
        ("quant_state.bitsandbytes__nf4", "nf4 (bitsandbytes)"),
        ("quant_state.bitsandbytes__fp4", "fp4 (bitsandbytes)"),
    ):
        if any(name.endswith(telling) for name in contents.tensors):
            return word
    if ends["qweight"]:
        return _packed(contents, ends)
    if any(name.endswith("scaled_fp8") for name in contents.tensors):
        return "fp8 scaled"
    if ends["comfy_quant"] or ends["weight_scale"]:
        return _scaled(contents, ends)
    return ""


def _packed(contents: Contents, ends: Counter[str]) -> str:
    if ends["wscales"]:
        four = "nvfp4" if ends["wtscale"] or ends["wcscales"] else "int4"
        return f"{four} (Nunchaku)"
    return "int4 (GPTQ or AWQ)"


def _scaled(contents: Contents, ends: Counter[str]) -> str:
    noted = contents.metadata.get("_quantization_metadata", "")
    for word in ("nvfp4", "mxfp8", "mxfp4", "int8", "float8_e5m2", "float8_e4m3fn"):
        if f'"{word}' in noted:
            return f"{word.replace('float8', 'fp8')} scaled"
    if ends["weight_scale_2"]:
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
    held: Counter[str] = Counter()
    for tensor in contents.tensors.values():
        held[NAMES.get(tensor.dtype, tensor.dtype.lower())] += tensor.elements
    return _words(held)


def _ggml(contents: Contents) -> str:
    named = file_type(dict(contents.metadata))
    held: Counter[str] = Counter()
    for tensor in contents.tensors.values():
        held[tensor.dtype] += tensor.elements
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
