"""The fault nodes of our test pack, with the same classes and inputs.

So one behavioural suite runs against a real ComfyUI with that pack and against
the simulator.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from comfydoctor.simulator.disk import Disk
from comfydoctor.simulator.failure import (
    Interrupted,
    NodeFailed,
    ServerDied,
    WorkerDied,
    frame,
)
from comfydoctor.simulator.nodes.fault_text import RAISED, Raised
from comfydoctor.simulator.nodes.image import picture_of
from comfydoctor.simulator.nodes.work import Outcome, Work
from comfydoctor.simulator.pictures import swatch
from comfydoctor.simulator.values import Blocked, Conditioning, Picture

PACK = "comfydoctor_faults"
FILE = f"custom_nodes/{PACK}/__init__.py"


def make_fail(work: Work, kind: str, message: str, go_line: int, call: str) -> None:
    """Raise what FaultRaise raises for a kind; ``none`` does nothing."""
    if kind == "none":
        return
    if kind == "interrupt":
        raise Interrupted
    if kind in {"SystemExit", "KeyboardInterrupt"}:
        raise WorkerDied(kind if kind == "KeyboardInterrupt" else "")
    if kind in {"os_exit", "segfault"}:
        raise ServerDied
    raised = RAISED[kind]
    frames = (
        frame(FILE, go_line, "go", call),
        frame(FILE, raised.line, "_raise", raised.code),
    )
    raise _failure(raised, message, frames)


def _failure(raised: Raised, message: str, frames: tuple[str, ...]) -> NodeFailed:
    said = message if message and raised.takes_message else raised.message
    if raised.type == "KeyError":
        said = repr(said)
    return NodeFailed(raised.type, said, frames, raised.out_of_memory)


async def fail(work: Work) -> Outcome:
    """FaultRaise."""
    given = work.inputs
    make_fail(work, given["kind"], given["message"], 133, "_raise(kind, message)")
    return Outcome((given["image"],))


async def sleep(work: Work) -> Outcome:
    """FaultSleep."""
    seconds, mode = work.inputs["seconds"], work.inputs["mode"]
    if mode == "gil":
        work.machine.frozen(seconds)
    if mode in {"block", "spin", "gil"}:
        await work.sleep(seconds)
    elif mode == "poll":
        await _poll(work, seconds)
    else:
        await _steps(work, seconds, int(work.inputs["steps"]), mode.endswith("preview"))
    return Outcome((work.inputs["image"],))


async def _poll(work: Work, seconds: float) -> None:
    for _ in range(max(1, int(seconds / 0.05))):
        work.check()
        await work.sleep(0.05)


async def _steps(work: Work, seconds: float, steps: int, preview: bool) -> None:
    for step in range(1, steps + 1):
        await work.sleep(seconds / steps)
        shown = swatch(64, int(64 * step / steps)) if preview else b""
        work.progress(step, steps, shown)


async def sleep_output(work: Work) -> Outcome:
    """FaultSleepOutput."""
    seconds = work.inputs["seconds"]
    await work.sleep(seconds)
    return Outcome((), {"text": [f"slept {seconds}"]})


async def wait(work: Work) -> Outcome:
    """FaultAsync."""
    await work.sleep(work.inputs["seconds"])
    try:
        make_fail(work, work.inputs["kind"], "", 183, '_raise(kind, "")')
    except NodeFailed as failure:
        raise replace(failure, from_async=True) from None
    return Outcome((work.inputs["image"],))


async def leak(work: Work) -> Outcome:
    """FaultLeak."""
    kept = work.machine.leaked
    if work.inputs["reset"]:
        kept.clear()
    if work.inputs["mb"]:
        kept.append(work.inputs["mb"])
    work.machine.console.print(f"[faults] leaked so far: {int(sum(kept))} MiB")
    return Outcome((work.inputs["image"],))


async def say(work: Work) -> Outcome:
    """FaultPrint."""
    console = work.machine.console
    for index in range(work.inputs["lines"]):
        console.write(f"[faults] stdout line {index}", "out")
        console.write("\n", "out")
        console.write(f"[faults] stderr line {index}\n")
    console.flush()
    for level in ("info", "warning", "error", "critical"):
        console.log(f"[faults] logging.{level}", level.upper())
    console.log("[faults] child logger warning", "WARNING")
    for index in range(5):
        console.bar(f"{index * 25:3d}%|{'#' * index}| {index}/5")
    console.write("\n")
    console.print("\x1b[31m[faults] red ansi\x1b[0m \u2705 unicode")
    console.write(
        f"/opt/ComfyUI/{FILE}:252: UserWarning: [faults] a python warning\n"
        '  warnings.warn("[faults] a python warning")\n'
    )
    console.flush()
    return Outcome((work.inputs["image"],))


async def spoil(work: Work) -> Outcome:
    """FaultGarbage."""
    kind = work.inputs["kind"]
    look = "nan" if kind in {"nan", "half"} else kind.replace("inf", "saturated")
    picture = picture_of(work, "image")
    return Outcome((replace(picture, look=look, seed=work.inputs["nonce"]),))


async def block(work: Work) -> Outcome:
    """FaultBlocker."""
    return Outcome((Blocked(work.inputs["message"] or None),))


async def expand(work: Work) -> Outcome:
    """FaultExpand."""
    inner = {"image": work.inputs["image"], "kind": work.inputs["kind"], "message": ""}
    return Outcome(expand=("FaultRaise", inner))


async def bad_return(work: Work) -> Outcome:
    """FaultBadReturn."""
    kind = work.inputs["kind"]
    if kind in {"none", "int"}:
        name = "NoneType" if kind == "none" else "int"
        message = f"object of type '{name}' has no len()"
        code = "output_is_list = [False] * len(results[0])"
        where = frame("execution.py", 325, "merge_result_data", code)
        raise NodeFailed("TypeError", message, (where,), bare=True)
    return Outcome(("a", "b") if kind == "string" else (work.inputs["image"],))


async def show_text(work: Work) -> Outcome:
    """FaultText."""
    hub = work.machine.hub
    hub.send_text(work.node, "progress text for node", None)
    return Outcome((), {"text": [work.inputs["text"]]})


async def conditioning(work: Work) -> Outcome:
    """FaultConditioning."""
    dim = int(work.inputs["dim"])
    return Outcome((Conditioning(f"random {work.inputs['seed']}", dim),))


async def same(work: Work) -> Outcome:
    """The nodes whose fault is not in running."""
    return Outcome(
        (work.inputs.get("an_image", work.inputs.get("image", Picture(8, 8))),)
    )


def answer(inputs: Mapping[str, Any], disk: Disk) -> bool | str:
    """VALIDATE_INPUTS of FaultValidate."""
    told = inputs.get("answer")
    if told == "raise":
        raise RuntimeError("VALIDATE_INPUTS itself failed")
    answers: dict[Any, bool | str] = {"false": False, "string": "the doctor says no"}
    return answers.get(told, True)


def raise_changed() -> object:
    """IS_CHANGED of FaultIsChanged."""
    raise RuntimeError("IS_CHANGED failed")
