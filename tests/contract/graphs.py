"""Graphs in API form for the behavioural suite; none of them needs a model but one.

The Fault* classes belong to our test pack, which the simulator knows, too.
"""

import itertools
import time
from typing import Any

Graph = dict[str, Any]
# A graph that ran before is served from the cache and proves nothing.
_fresh = itertools.count(int(time.time()) % 5_000_000)


def node(class_type: str, **inputs: Any) -> Graph:
    return {"class_type": class_type, "inputs": inputs}


def good() -> Graph:
    return {
        "1": node("EmptyImage", width=64, height=64, batch_size=1, color=next(_fresh)),
        "2": node(
            "ImageScale",
            image=["1", 0],
            upscale_method="bilinear",
            width=96,
            height=96,
            crop="disabled",
        ),
        "9": node("SaveImage", images=["2", 0], filename_prefix="contract"),
    }


def with_middle(class_type: str, **inputs: Any) -> Graph:
    return good() | {"2": node(class_type, image=["1", 0], **inputs)}


def sleeping(seconds: float, mode: str = "poll", steps: int = 10) -> Graph:
    nonce = next(_fresh)
    return with_middle(
        "FaultSleep", seconds=seconds, mode=mode, steps=steps, nonce=nonce
    )


def raising(kind: str, message: str = "") -> Graph:
    return with_middle("FaultRaise", kind=kind, message=message)


def printing(lines: int) -> Graph:
    return with_middle("FaultPrint", lines=lines, nonce=next(_fresh))


def unstoppable(seconds: float) -> Graph:
    last = node("FaultSleepOutput", image=["1", 0], seconds=seconds, nonce=next(_fresh))
    return {"1": good()["1"], "9": last}


def sampling(checkpoint: str, steps: int = 4) -> Graph:
    return {
        "1": node("CheckpointLoaderSimple", ckpt_name=checkpoint),
        "2": node("FaultConditioning", dim=768, seed=1),
        "4": node("EmptyLatentImage", width=64, height=64, batch_size=1),
        "5": node(
            "KSampler",
            model=["1", 0],
            positive=["2", 0],
            negative=["2", 0],
            latent_image=["4", 0],
            seed=next(_fresh),
            steps=steps,
            cfg=7.0,
            sampler_name="euler",
            scheduler="normal",
            denoise=1.0,
        ),
        "6": node("VAEDecode", samples=["5", 0], vae=["1", 2]),
        "9": node("SaveImage", images=["6", 0], filename_prefix="contract"),
    }
