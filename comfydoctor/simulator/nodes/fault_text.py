"""What FaultRaise raises: type, words and place, as recorded on real servers."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Raised:
    """One kind of fault; ``line`` is the one in the fault pack."""

    type: str
    message: str
    line: int
    code: str
    out_of_memory: bool = False
    takes_message: bool = True


OOM = (
    "CUDA out of memory. Tried to allocate 9.00 GiB. GPU 0 has a total capacity of"
    " 23.99 GiB of which 1.18 GiB is free. Including non-PyTorch memory, this process"
    " has 22.31 GiB memory in use. Of the allocated memory 20.91 GiB is allocated by"
    " PyTorch, and 881.38 MiB is reserved by PyTorch but unallocated. If reserved but"
    " unallocated memory is large try setting"
    " PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True to avoid fragmentation."
)
ASYNC_OOM = (
    "Allocation on device 0 would exceed allowed memory. (out of memory)\n"
    "Currently allocated     : 20.91 GiB\n"
    "Requested               : 9.00 GiB\n"
    "Device limit            : 23.99 GiB\n"
    "Free (according to CUDA): 0 bytes\n"
    "PyTorch limit (set by user-supplied memory fraction)\n"
    "                        : 17179869184.00 GiB"
)
CUDA_ERROR = (
    "CUDA error: no kernel image is available for execution on the device\n"
    "CUDA kernel errors might be asynchronously reported at some other API call, so the"
    " stacktrace below might be incorrect."
)
NO_RAM = (
    "Unable to allocate 35.6 GiB for an array with shape (97, 1080, 1920, 3) and data"
    " type float64"
)
CPU_OOM = (
    "[enforce fail at alloc_cpu.cpp:124] err == 0. DefaultCPUAllocator: can't allocate"
    " memory: you tried to allocate 281474976710656 bytes. Error code 12 (Cannot"
    " allocate memory)"
)
NO_FILE = (
    "[Errno 2] No such file or directory:"
    " '/nonexistent/models/checkpoints/missing.safetensors'"
)
SHAPES = "mat1 and mat2 shapes cannot be multiplied (77x2048 and 768x320)"
TYPES = "expected m1 and m2 to have the same dtype, but got: c10::Half != float"
HEADER = "Error while deserializing header: header too large"
UNICODE = "ошибка: 模型加载失败 \U0001f4a5 \x1b[31mred\x1b[0m"
CUSTOM = "/opt/ComfyUI/custom_nodes/comfydoctor_faults.DoctorCustomError"
SAFETENSORS = "safetensors._safetensors_rust.SafetensorError"


def _fixed(kind: str, message: str, line: int, code: str) -> Raised:
    return Raised(kind, message, line, code, takes_message=False)


RAISED = {
    "ValueError": Raised("ValueError", "fault injected: bad value", 45, "raise"),
    "RuntimeError": Raised(
        "RuntimeError", "fault injected: runtime error", 47, "raise"
    ),
    "KeyError": Raised("KeyError", "missing_key", 49, "raise"),
    "AssertionError": Raised("AssertionError", "", 51, "raise"),
    "CustomError": Raised(
        CUSTOM, "fault injected: custom exception class", 53, "raise"
    ),
    "cuda_oom": Raised(
        "torch.OutOfMemoryError", OOM, 55, "raise torch.cuda.OutOfMemoryError(", True
    ),
    "async_oom": Raised("RuntimeError", ASYNC_OOM, 62, "raise RuntimeError("),
    "cuda_error": Raised("RuntimeError", CUDA_ERROR, 67, "raise RuntimeError("),
    "MemoryError": Raised("MemoryError", NO_RAM, 71, "raise MemoryError("),
    "real_cpu_oom": _fixed("RuntimeError", CPU_OOM, 73, "torch.empty((1 << 46,))"),
    "shape_mismatch": _fixed("RuntimeError", SHAPES, 75, "torch.zeros(77, 2048) @"),
    "dtype_mismatch": _fixed("RuntimeError", TYPES, 77, "torch.nn.functional.linear("),
    "file_not_found": _fixed("FileNotFoundError", NO_FILE, 79, "open("),
    "bad_safetensors": _fixed(
        SAFETENSORS, HEADER, 86, "safetensors.torch.load_file(p)"
    ),
    "connection": _fixed(
        "urllib.error.URLError",
        "<urlopen error [Errno 111] Connection refused>",
        91,
        "urllib.request.urlopen(",
    ),
    "disk_full": _fixed(
        "OSError", "[Errno 28] No space left on device", 93, "raise OSError(28"
    ),
    "import": _fixed(
        "ModuleNotFoundError",
        "No module named 'a_module_that_is_not_installed'",
        95,
        "__import__(",
    ),
    "recursion": _fixed(
        "RecursionError", "maximum recursion depth exceeded", 108, "return f(n + 1)"
    ),
    "huge_message": _fixed("ValueError", "x" * 2_000_000, 111, "raise ValueError("),
    "unicode": _fixed("ValueError", UNICODE, 113, "raise ValueError("),
}
KINDS = (
    *("none", "ValueError", "RuntimeError", "KeyError", "AssertionError"),
    *("CustomError", "cuda_oom", "async_oom", "cuda_error", "MemoryError"),
    *("real_cpu_oom", "shape_mismatch", "dtype_mismatch", "file_not_found"),
    *("bad_safetensors", "connection", "disk_full", "import", "interrupt"),
    *("SystemExit", "KeyboardInterrupt", "os_exit", "segfault", "recursion"),
    *("huge_message", "unicode"),
)
