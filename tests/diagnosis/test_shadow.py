"""Roots explain their consequences nearby, and nothing of other packs."""

import pytest

from comfydoctor.content.catalogue import Catalogue
from comfydoctor.diagnosis.signatures import Matcher

MATCHER = Matcher(Catalogue())
FAULT = "CUDA error: an illegal memory access was encountered"
OOM = "torch.OutOfMemoryError: Allocation on device"
NEEDS = "Cannot import /c/custom_nodes/{} module for custom nodes: {}"


@pytest.mark.parametrize(
    ("lines_between", "seen"),
    [
        (3, {"cuda-kernel-fault"}),
        (400, {"cuda-kernel-fault", "oom-workload-too-big"}),
    ],
)
def test_a_consequence_stands_near_its_root(lines_between: int, seen: set[str]) -> None:
    text = "\n".join([FAULT, *["got prompt"] * lines_between, OOM])
    assert {finding.cause for finding in MATCHER.explain(text)} == seen


def test_a_pack_with_a_reason_is_not_told_twice() -> None:
    text = NEEDS.format("A", "No module named 'cv2'")
    assert [f.cause for f in MATCHER.explain(text)] == ["node-deps-not-installed"]


def test_the_reason_of_one_pack_does_not_explain_another() -> None:
    hub = "cannot import name 'cached_download' from 'huggingface_hub'"
    text = "\n\n".join(
        [NEEDS.format("A", hub), NEEDS.format("B", "No module named 'cv2'")]
    )
    assert {finding.cause for finding in MATCHER.explain(text)} == {
        "diffusers-hub-version-conflict",
        "node-deps-not-installed",
    }


JOB = """got prompt
!!! Exception during processing !!! Allocation on device
Traceback (most recent call last):
  File "/c/ComfyUI/execution.py", line 1, in execute
  File "/c/ComfyUI/{}", line 9, in {}
torch.OutOfMemoryError: Allocation on device

Prompt executed in 2.00 seconds
"""
SAMPLED = JOB.format("comfy/samplers.py", "sample")
DECODED = JOB.format("nodes.py", "decode")


@pytest.mark.parametrize("jobs", [SAMPLED + DECODED, DECODED + SAMPLED])
def test_two_jobs_may_run_out_of_memory_for_two_reasons(jobs: str) -> None:
    assert {finding.cause for finding in MATCHER.explain(jobs)} == {
        "oom-workload-too-big",
        "oom-vae-decode",
    }


def test_the_weaker_reading_of_the_same_job_is_hidden() -> None:
    assert [f.cause for f in MATCHER.explain(DECODED)] == ["oom-vae-decode"]
