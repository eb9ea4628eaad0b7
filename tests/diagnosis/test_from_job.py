"""A failed job always gets a finding, a known cause where there is one."""

import pytest

from comfydoctor.comfy.parse_prompt import parse_problems
from comfydoctor.diagnosis.from_job import (
    findings_of_job,
    findings_of_problems,
    pack_of,
)
from comfydoctor.model.finding import Confidence
from comfydoctor.model.job import Job, JobError, JobState
from tests.diagnosis.looking import MATCHER

CORE = (
    '  File "/opt/ComfyUI/execution.py", line 510, in execute\n',
    '  File "/opt/ComfyUI/nodes.py", line 1521, in sample\n    return x\n',
)
PACK = (
    *CORE,
    '  File "/opt/ComfyUI/custom_nodes/ComfyUI-Nice/nodes.py", line 7, in go\n',
)
OOM = (
    "CUDA out of memory. Tried to allocate 9.00 GiB. GPU 0 has a total capacity of "
    "23.99 GiB of which 1.18 GiB is free. Of the allocated memory 21.00 GiB is "
    "allocated by PyTorch, and 300.00 MiB is reserved by PyTorch but unallocated."
)


def failed(exception, message, traceback=CORE, node_type="KSampler"):
    error = JobError(exception, message, "3", node_type, traceback)
    return Job("job-1", JobState.FAILED, error=error, workflow_name="Portrait")


def causes(job):
    return [finding.cause for finding in findings_of_job(job, MATCHER)]


def test_out_of_memory_is_named_with_job_node_and_words():
    [finding] = findings_of_job(failed("torch.OutOfMemoryError", OOM), MATCHER)
    assert finding.cause == "oom-workload-too-big"
    said = " ".join(evidence.text for evidence in finding.evidence)
    assert "Tried to allocate 9.00 GiB" in said
    assert "Job job-1 of Portrait failed in node 3 (KSampler)." in said
    assert "free-memory" in {fix.id for fix in finding.fixes}


def test_memory_that_others_hold_is_told_from_a_large_job():
    message = OOM.replace("9.00", "1.00").replace("1.18 GiB is free", "0 bytes is free")
    message = message.replace("21.00 GiB is", "12.00 GiB is")
    job = failed("torch.OutOfMemoryError", message)
    assert causes(job) == ["vram-held-by-other-process"]


def test_the_node_that_failed_decides_where_it_is_known():
    message = "Allocation on device "
    vae = failed("torch.OutOfMemoryError", message, node_type="VAEDecode")
    sampler = failed("torch.OutOfMemoryError", message, node_type="KSampler")
    assert (causes(vae), causes(sampler)) == (
        ["oom-vae-decode"],
        ["oom-workload-too-big"],
    )


@pytest.mark.parametrize(
    ("exception", "message"),
    [
        ("torch.cuda.OutOfMemoryError", "Allocation on device "),
        (
            "RuntimeError",
            "Allocation on device 0 would exceed allowed memory. (out of memory)",
        ),
        ("torch.AcceleratorError", "CUDA error: out of memory"),
    ],
)
def test_all_shapes_of_out_of_memory_are_known(exception, message):
    [cause] = causes(failed(exception, message))
    assert cause.startswith("oom-")


def test_a_damaged_file_is_known():
    message = (
        "Error while deserializing header: incomplete metadata, file not fully covered"
    )
    job = failed("safetensors._safetensors_rust.SafetensorError", message)
    assert "model-file-corrupt-or-incomplete" in causes(job)


def test_an_unknown_error_is_shown_as_it_is_and_never_explained_away():
    kind = "/opt/ComfyUI/custom_nodes/ComfyUI-Nice.OddError"
    [finding] = findings_of_job(failed(kind, "the moon is wrong", PACK), MATCHER)
    assert finding.cause == "unknown-node-error"
    assert finding.confidence is Confidence.NOT_KNOWN
    said = " ".join(evidence.text for evidence in finding.evidence)
    assert "ComfyUI-Nice.OddError: the moon is wrong" in said
    assert "code of the node pack ComfyUI-Nice" in said


def test_an_error_without_any_words_has_a_finding_too():
    assert causes(failed("", "", ())) == ["unknown-node-error"]


def test_hostile_texts_do_no_harm():
    message = "\x1b[31m\x00" + "x" * 300_000 + "\n" * 5000
    [finding] = findings_of_job(failed("E" * 5000, message, ()), MATCHER)
    assert len(finding.evidence[0].text) <= 600


def test_a_job_that_went_well_has_none():
    assert findings_of_job(Job("a", JobState.SUCCEEDED), MATCHER) == ()


def test_the_deepest_pack_is_guilty_else_the_one_of_the_exception():
    error = JobError("X", "", traceback=(PACK[-1], *PACK))
    assert pack_of(error) == "ComfyUI-Nice"
    windows = r"C:\ComfyUI\custom_nodes\single_file.SomeError"
    assert pack_of(JobError(windows, "")) == "single_file"
    assert pack_of(JobError("ValueError", "", traceback=CORE)) == ""


PROBLEMS = parse_problems(
    {
        "1": {
            "class_type": "CheckpointLoaderSimple",
            "errors": [
                {
                    "type": "value_not_in_list",
                    "message": "Value not in list",
                    "details": "ckpt_name: 'gone.safetensors' not in ['a.safetensors']",
                }
            ],
        },
        "2": {
            "class_type": "Strange",
            "errors": [{"type": "odd", "message": "Odd", "details": "it is Tuesday"}],
        },
    }
)


def test_a_refused_workflow_names_what_is_known_and_shows_the_rest():
    missing, odd = findings_of_problems(PROBLEMS, MATCHER)
    assert (missing.cause, missing.subject) == (
        "model-not-in-folder",
        "gone.safetensors",
    )
    assert (odd.cause, odd.subject) == ("workflow-refused", "Strange")
    assert odd.evidence[0].text == "Strange 2: Odd: it is Tuesday"


def test_no_problems_are_no_findings():
    assert findings_of_problems((), MATCHER) == ()
