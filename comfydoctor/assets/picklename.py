"""Names that a pickle may import: what builds tensors, and what runs things."""

import re

DTYPES = {
    "FloatStorage": "F32",
    "HalfStorage": "F16",
    "BFloat16Storage": "BF16",
    "DoubleStorage": "F64",
    "LongStorage": "I64",
    "IntStorage": "I32",
    "ShortStorage": "I16",
    "CharStorage": "I8",
    "ByteStorage": "U8",
    "BoolStorage": "BOOL",
    "UntypedStorage": "U8",
    "ComplexFloatStorage": "C64",
    "float32": "F32",
    "float": "F32",
    "float16": "F16",
    "half": "F16",
    "bfloat16": "BF16",
    "float64": "F64",
    "double": "F64",
    "int64": "I64",
    "int32": "I32",
    "int16": "I16",
    "int8": "I8",
    "uint8": "U8",
    "bool": "BOOL",
    "float8_e4m3fn": "F8_E4M3",
    "float8_e5m2": "F8_E5M2",
    "uint16": "U16",
    "uint32": "U32",
    "uint64": "U64",
    "complex64": "C64",
}
"""Storage classes and dtypes of torch, in the spelling of safetensors."""

REBUILD = "torch._utils._rebuild_tensor"
REBUILD_V2 = "torch._utils._rebuild_tensor_v2"
REBUILD_V3 = "torch._utils._rebuild_tensor_v3"
PARAMETER = "torch._utils._rebuild_parameter"
PARAMETER_STATE = "torch._utils._rebuild_parameter_with_state"
META_TENSOR = "torch._utils._rebuild_meta_tensor_no_storage"
FROM_TYPE = "torch._tensor._rebuild_from_type_v2"

_PARTS = {
    *(REBUILD, REBUILD_V2, REBUILD_V3, PARAMETER, PARAMETER_STATE, META_TENSOR),
    *(FROM_TYPE, "torch._utils._rebuild_sparse_tensor", "torch.Tensor"),
    *("torch._utils._rebuild_qtensor", "torch.nn.parameter.Parameter"),
    *("torch.Size", "torch.device", "torch.serialization._get_layout"),
    *("torch._utils._rebuild_wrapper_subclass", "torch.storage.UntypedStorage"),
    *("collections.OrderedDict", "collections.Counter", "collections.defaultdict"),
    *("builtins.set", "builtins.bytearray", "builtins.complex"),
    *("__builtin__.set", "__builtin__.bytearray", "__builtin__.complex"),
    "_codecs.encode",
}
"""What torch 2.x lets through with ``weights_only=True``."""

_COMFY_PARTS = {
    *("numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar"),
    *("numpy.dtype", "numpy.dtypes.Float64DType"),
    "pytorch_lightning.callbacks.model_checkpoint.ModelCheckpoint",
}
"""What ComfyUI 0.33 ``utils.py`` adds to that, the last one as an empty class."""

_BUILT = re.compile(r"torch\.(\w+Storage|storage\._TypedStorage|q?u?int\d+|bool)$")
_FLOATS = re.compile(r"torch\.(b?float\d*(_\w+)?|half|double|complex\d+)$")

_RUNNERS = {
    *("os", "posix", "nt", "subprocess", "sys", "socket", "shutil", "ctypes", "pty"),
    *("runpy", "importlib", "imp", "code", "codeop", "commands", "webbrowser"),
    *("requests", "urllib", "http", "httplib", "ftplib", "smtplib", "asyncio"),
    *("multiprocessing", "threading", "_thread", "signal", "pickle", "_pickle"),
    *("marshal", "dill", "cloudpickle", "shelve", "bdb", "pdb", "timeit", "pip"),
    *("pathlib", "tempfile", "io", "_io", "platform", "pkgutil", "zipimport"),
    *("types", "functools", "operator", "_operator", "inspect", "gc", "atexit"),
    *("cProfile", "profile", "trace", "doctest", "venv", "ensurepip", "idlelib"),
    *("lib2to3", "distutils", "setuptools", "numpy.testing", "torch.hub"),
}
_RUNNING = {
    *("eval", "exec", "execfile", "compile", "open", "__import__", "getattr"),
    *("setattr", "delattr", "globals", "locals", "vars", "input", "breakpoint"),
    *("apply", "map", "filter", "memoryview"),
}


def builds_tensors(name: str) -> bool:
    """Whether the import is only a part of tensors and plain containers."""
    return (
        name in _PARTS
        or name in _COMFY_PARTS
        or _BUILT.match(name) is not None
        or _FLOATS.match(name) is not None
    )


def runs_things(name: str) -> bool:
    """Whether the import is one that attacks are made of."""
    module, _, attribute = name.rpartition(".")
    if module in ("builtins", "__builtin__"):
        return attribute.split(".")[0] in _RUNNING
    parts = module.split(".")
    return any(".".join(parts[: n + 1]) in _RUNNERS for n in range(len(parts)))


def dtype_of(name: str) -> str:
    """Our word for a storage class or dtype; empty where it is neither."""
    return DTYPES.get(name.rpartition(".")[2], "") if name.startswith("torch.") else ""
