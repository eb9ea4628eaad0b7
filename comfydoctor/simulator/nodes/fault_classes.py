"""The classes of the test pack: names, inputs and outputs as over there."""

from collections.abc import Mapping
from typing import Any

from comfydoctor.simulator.nodes import fault as runs
from comfydoctor.simulator.nodes.fault_text import KINDS
from comfydoctor.simulator.nodes.nodeclass import (
    Input,
    NodeClass,
    choice,
    integer,
    link,
    number,
    text,
)

IMAGE: dict[str, Input] = {"image": link("IMAGE")}
NONCE: dict[str, Input] = {"nonce": integer(0, 0, 2**32)}
MODES = ("progress", "progress_preview", "block", "poll", "spin", "gil")
LOOKS = ("nan", "black", "noise", "saturated", "inf", "half")


def _fault(name: str, run: Any, inputs: Mapping[str, Input], **more: Any) -> NodeClass:
    settings: dict[str, Any] = {"outputs": ("IMAGE",), **more}
    return NodeClass(
        name,
        run,
        inputs,
        display=f"Doctor {name}",
        category="ComfyDoctor/faults",
        module=f"custom_nodes.{runs.PACK}",
        **settings,
    )


SECONDS = number(2.0, 0.0, 3600.0, step=0.1)
TYPES: dict[str, Input] = {
    "an_int": integer(5, 1, 10, step=1),
    "a_float": number(0.5, 0.0, 1.0),
    "a_combo": choice("alpha", "beta", "gamma"),
    "a_long_combo": choice(*(f"model_{index:03d}.safetensors" for index in range(30))),
    "a_bool": Input("BOOLEAN", {"default": True}),
    "a_string": text(),
    "an_image": link("IMAGE"),
}
MIB = integer(64, 0, 65536)
RESET = Input("BOOLEAN", {"default": False})

FAULT_NODES = (
    _fault(
        "FaultRaise",
        runs.fail,
        {**IMAGE, "kind": choice(*KINDS, default="ValueError"), "message": text()},
    ),
    _fault(
        "FaultSleep",
        runs.sleep,
        {
            **IMAGE,
            "seconds": SECONDS,
            "mode": choice(*MODES, default="progress"),
            "steps": integer(10, 1, 10000),
        },
        optional=NONCE,
    ),
    _fault(
        "FaultSleepOutput",
        runs.sleep_output,
        {**IMAGE, "seconds": number(2.0, 0.0, 3600.0), **NONCE},
        outputs=(),
        output_node=True,
    ),
    _fault(
        "FaultAsync",
        runs.wait,
        {
            **IMAGE,
            "seconds": number(1.0, 0.0, 600.0),
            "kind": choice(*KINDS, default="none"),
        },
        is_async=True,
    ),
    _fault(
        "FaultLeak",
        runs.leak,
        {**IMAGE, "mb": MIB, "reset": RESET},
        changed=lambda: float("nan"),
    ),
    _fault("FaultPrint", runs.say, {**IMAGE, "lines": integer(3, 0, 100000), **NONCE}),
    _fault("FaultGarbage", runs.spoil, {**IMAGE, "kind": choice(*LOOKS), **NONCE}),
    _fault(
        "FaultValidate",
        runs.same,
        {
            **IMAGE,
            "answer": choice("ok", "false", "string", "raise"),
            "number": integer(1, 0, 10),
        },
        checked=("answer",),
        check=runs.answer,
    ),
    _fault("FaultIsChanged", runs.same, IMAGE, changed=runs.raise_changed),
    _fault("FaultBlocker", runs.block, {**IMAGE, "message": text("blocked by doctor")}),
    _fault(
        "FaultExpand",
        runs.expand,
        {**IMAGE, "kind": choice(*KINDS, default="ValueError")},
    ),
    _fault(
        "FaultBadReturn",
        runs.bad_return,
        {**IMAGE, "kind": choice("none", "int", "short_tuple", "string")},
        outputs=("IMAGE", "INT"),
    ),
    _fault(
        "FaultText",
        runs.show_text,
        {"text": text("hello")},
        hidden={"unique_id": "UNIQUE_ID"},
        outputs=(),
        output_node=True,
    ),
    _fault(
        "FaultConditioning",
        runs.conditioning,
        {"dim": integer(768, 1, 8192), "seed": integer(0, 0, 2**32)},
        outputs=("CONDITIONING",),
    ),
    _fault("FaultTypes", runs.same, TYPES),
    _fault("FaultBrokenSchema", runs.same, IMAGE),
)
