"""The frames of ComfyUI's own code tell which node failed."""

import pytest

from comfydoctor.diagnosis.nodeframe import node_of
from comfydoctor.diagnosis.reading import read_text
from tests.diagnosis.looking import MATCHER

BAR = "100%|██████████| 20/20 [00:01<00:00, 14.83it/s]"
HEAD = "!!! Exception during processing !!! Allocation on device "
RAISED = "torch.OutOfMemoryError: Allocation on device "


def failure(*frames: tuple[str, str]) -> str:
    places = [f'  File "{file}", line 7, in {name}\n    x()' for file, name in frames]
    return "\n".join([HEAD, "Traceback (most recent call last):", *places, RAISED])


@pytest.mark.parametrize(
    ("file", "function", "node"),
    [
        ("/opt/ComfyUI/nodes.py", "common_ksampler", "KSampler"),
        (r"C:\x\ComfyUI\comfy\samplers.py", "sample", "KSampler"),
        ("/opt/ComfyUI/comfy/sd.py", "decode", "VAEDecode"),
        ("/opt/ComfyUI/comfy/sd.py", "encode", "VAEEncode"),
        ("/opt/ComfyUI/execution.py", "execute", ""),
    ],
)
def test_frames_name_the_node(file: str, function: str, node: str) -> None:
    (block,) = read_text(failure((file, function))).blocks
    assert node_of(block) == node


def test_what_the_error_says_wins() -> None:
    text = f"Error occurred when executing Mine:\n{failure(('/a/b.py', 'x'))}"
    assert node_of(read_text(text).blocks[0]) == "Mine"


@pytest.mark.parametrize(
    "frame",
    [
        ("/opt/ComfyUI/nodes.py", "common_ksampler"),
        ("/opt/ComfyUI/custom_nodes/Pack/nodes.py", "run"),
    ],
)
def test_a_finished_bar_accuses_the_vae_only_when_nothing_else_ran(
    frame: tuple[str, str],
) -> None:
    text = f"got prompt\n{BAR}\n{failure(frame)}"
    assert "oom-vae-decode" not in {f.cause for f in MATCHER.explain(text)}
