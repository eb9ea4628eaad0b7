"""Which node failed, where the error names none but its frames give it away."""

import re

from comfydoctor.diagnosis.events import ErrorBlock

# Functions of ComfyUI's own nodes.py and samplers, the same since 2023.
_NODES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), node)
    for pattern, node in (
        (r"[\\/]comfy[\\/]samplers?\.py:|nodes\.py:common_ksampler$", "KSampler"),
        (r"ComfyUI[\\/]nodes\.py:decode$", "VAEDecode"),
        (r"comfy[\\/]sd\.py:decode(?:_tiled.*)?$", "VAEDecode"),
        (r"comfy[\\/]sd\.py:encode(?:_tiled.*)?$", "VAEEncode"),
        (r"ComfyUI[\\/]nodes\.py:load_checkpoint$", "CheckpointLoaderSimple"),
    )
)


def node_of(block: ErrorBlock) -> str:
    """The type of the node that failed; empty when nothing tells it."""
    return block.node_type or _by_frames(block)


def _by_frames(block: ErrorBlock) -> str:
    frames = [str(frame) for trace in block.traces for frame in trace.frames]
    told = (
        node for sign, node in _NODES if any(sign.search(frame) for frame in frames)
    )
    return next(told, "")
