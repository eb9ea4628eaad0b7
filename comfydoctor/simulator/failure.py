"""How nodes fail: exceptions, their texts and tracebacks as ComfyUI shows them."""

from dataclasses import dataclass

from comfydoctor.simulator.version import Version

ROOT = "/opt/ComfyUI"
TIP = (
    "This error means you ran out of memory on your GPU.\n\nTIPS: If the workflow"
    " worked before you might have accidentally set the batch_size to a large number."
)


@dataclass
class NodeFailed(Exception):
    """A node raised; ``frames`` are the ones below execution.py."""

    type: str
    message: str
    frames: tuple[str, ...] = ()
    out_of_memory: bool = False
    from_async: bool = False
    bare: bool = False
    """No frame of execution.py's middle part: raised while taking the result."""
    shown_type: str = ""
    """The type in the log, where it differs."""
    current_inputs: dict[str, object] | None = None
    """What the failing node was given."""


class Interrupted(Exception):
    """The job was interrupted."""


class WorkerDied(Exception):
    """What is no Exception in ComfyUI (SystemExit): the worker thread ends."""

    def __init__(self, console: str = "") -> None:
        super().__init__(console)
        self.console = console


class ServerDied(Exception):
    """The whole process is gone."""

    def __init__(self, console: str = "") -> None:
        super().__init__(console)
        self.console = console


def frame(path: str, line: int, where: str, code: str, mark: str = "") -> str:
    """One frame of a traceback; ``mark`` underlines the part of 3.11 and later."""
    under = f"    {mark}\n" if mark else ""
    return f'  File "{ROOT}/{path}", line {line}, in {where}\n    {code}\n{under}'


def traceback(version: Version, failure: NodeFailed) -> list[str]:
    """The frames from execution.py down to the node."""
    if failure.from_async:
        return [*_async_frames(version), *failure.frames]
    outer = _execute_frame(version)
    if failure.bare:
        return [outer, *failure.frames]
    return [outer, *_call_frames(version), *failure.frames]


def _data_argument(version: Version) -> str:
    return (
        "v3_data=v3_data" if version.since(0, 3, 70) else "hidden_inputs=hidden_inputs"
    )


def _execute_frame(version: Version) -> str:
    call = (
        "await get_output_data(prompt_id, unique_id, obj, input_data_all,"
        " execution_block_cb=execution_block_cb, pre_execute_cb=pre_execute_cb,"
        f" {_data_argument(version)})"
    )
    names = "output_data, output_ui, has_subgraph, has_pending_tasks = "
    line = version.execute_lines[0]
    mark = " " * len(names) + "^" * len(call)
    return frame("execution.py", line, "execute", names + call, mark)


def _call_frames(version: Version) -> list[str]:
    call = (
        "await _async_map_node_over_list(prompt_id, unique_id, obj, input_data_all,"
        " obj.FUNCTION, allow_interrupt=True, execution_block_cb=execution_block_cb,"
        f" pre_execute_cb=pre_execute_cb, {_data_argument(version)})"
    )
    names = "return_values = "
    mark = " " * len(names) + "^" * len(call)
    _, data, mapped, process = version.execute_lines
    mapping = "_async_map_node_over_list"
    return [
        frame("execution.py", data, "get_output_data", names + call, mark),
        frame("execution.py", mapped, mapping, "await process_inputs(input_dict, i)"),
        frame(
            "execution.py",
            process,
            "process_inputs",
            "result = f(**inputs)",
            "         ^^^^^^^^^^^",
        ),
    ]


def _async_frames(version: Version) -> list[str]:
    raised, result, wrapper = version.async_lines
    return [
        frame("execution.py", raised, "execute", "raise ex"),
        frame(
            "execution.py",
            result,
            "execute",
            "results.append(r.result())",
            "               ^^^^^^^^^^",
        ),
        frame(
            "execution.py",
            wrapper,
            "async_wrapper",
            "return await f(**args)",
            "       ^^^^^^^^^^^^^^^",
        ),
    ]


def shown(version: Version, failure: NodeFailed) -> str:
    """The traceback as the console prints it."""
    kind = failure.shown_type or failure.type
    last = f"{kind}: {failure.message}" if failure.message else kind
    frames = "".join(traceback(version, failure))
    return f"Traceback (most recent call last):\n{frames}{last}\n"


def out_of_memory(
    *, wanted: float, total: float, free: float, active: float, slack: float
) -> NodeFailed:
    """Torch's text with the figures of the moment, in MiB."""
    message = (
        f"CUDA out of memory. Tried to allocate {_size(wanted)}. GPU 0 has a total"
        f" capacity of {_size(total)} of which {_size(free)} is free. Including"
        f" non-PyTorch memory, this process has {_size(total - free)} memory in use."
        f" Of the allocated memory {_size(active)} is allocated by PyTorch, and"
        f" {_size(slack)} is reserved by PyTorch but unallocated. If reserved but"
        " unallocated memory is large try setting"
        " PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True to avoid fragmentation."
        "  See documentation for Memory Management "
        " (https://pytorch.org/docs/stable/notes/cuda.html#environment-variables)"
    )
    return NodeFailed("torch.OutOfMemoryError", message, out_of_memory=True)


def _size(mebibytes: float) -> str:
    if mebibytes >= 1024:
        return f"{mebibytes / 1024:.2f} GiB"
    return f"{mebibytes:.2f} MiB"
