"""From events and facts to ranked findings, at rest and live."""

import pytest

from comfydoctor.content.catalogue import Catalogue
from comfydoctor.diagnosis.events import Facts
from comfydoctor.diagnosis.literals import plain, scanner
from comfydoctor.diagnosis.reading import read_text
from comfydoctor.diagnosis.signatures import Follower, Matcher
from comfydoctor.model.finding import Confidence
from comfydoctor.model.logline import LogLine


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher(Catalogue())


IMPORT = (
    "Cannot import /c/custom_nodes/Old-Pack module for custom nodes: "
    "No module named 'cv2'"
)
OOM = (
    "!!! Exception during processing !!! Allocation on device \n"
    "Traceback (most recent call last):\n"
    '  File "/c/execution.py", line 1, in execute\n'
    "torch.OutOfMemoryError: Allocation on device "
)


def causes(matcher: Matcher, text: str, facts: Facts | None = None) -> list[str]:
    return [finding.cause for finding in matcher.explain(text, facts)]


def test_every_broken_pack_is_named_with_its_own_reason(matcher: Matcher) -> None:
    other = IMPORT.replace("Old-Pack", "Win").replace("cv2", "winreg")
    found = {f.subject: f.cause for f in matcher.explain(f"{IMPORT}\n\n{other}")}
    assert found == {
        "Old-Pack": "node-deps-not-installed",
        "Win": "node-is-windows-only",
    }


def test_a_job_that_failed_comes_before_a_pack_nobody_used(matcher: Matcher) -> None:
    assert (
        causes(matcher, f"{IMPORT}\n\ngot prompt\n{OOM}")[0] == "oom-workload-too-big"
    )


def test_an_import_failure_explains_a_missing_node(matcher: Matcher) -> None:
    missing = "Cannot execute because node Foo does not exist.: Node ID '#1'"
    found = causes(matcher, f"{IMPORT}\n{missing}")
    assert found.index("node-deps-not-installed") < found.index("missing-node-pack")


def test_the_root_is_told_before_its_consequences(matcher: Matcher) -> None:
    text = f"CUDA error: an illegal memory access was encountered\n{OOM}"
    assert causes(matcher, text) == ["cuda-kernel-fault"]


def test_facts_from_elsewhere_decide_between_look_alikes(matcher: Matcher) -> None:
    text = "RuntimeWarning: invalid value encountered in cast"
    assert causes(matcher, text)[0] == "nan-model-or-attention"
    mac = causes(matcher, text, Facts(device="mps"))
    assert mac[0] == "nan-attention-precision-mps"


def test_the_same_line_twice_is_one_finding(matcher: Matcher) -> None:
    line = "warning, embedding:easy does not exist, ignoring"
    (finding,) = matcher.explain(f"{line}\n{line}")
    assert (finding.count, finding.subject) == (2, "easy")
    assert finding.confidence is Confidence.CERTAIN
    assert finding.evidence[0].line == 1


def test_what_looks_bad_and_is_not_is_said_to_be_harmless(matcher: Matcher) -> None:
    reading = read_text("Token indices sequence length is longer than the maximum")
    assert matcher.findings(reading) == ()
    assert [finding.harmless for finding in matcher.harmless(reading)] == [True]


def test_a_live_log_reports_once_what_is_new(matcher: Matcher) -> None:
    follower = Follower(matcher)
    assert follower.feed([LogLine("got prompt")]) == ()
    first = follower.feed([LogLine(line) for line in OOM.split("\n")])
    assert [finding.cause for finding in first] == ["oom-workload-too-big"]
    assert follower.feed([LogLine("got prompt")]) == ()


def test_the_same_error_again_is_reported_again(matcher: Matcher) -> None:
    follower = Follower(matcher)
    lines = [LogLine(line) for line in OOM.split("\n")]
    assert follower.feed(lines)
    (again,) = follower.feed(lines)
    assert (again.evidence[0].line or 0) > len(lines)


def test_two_failures_far_apart_are_two_findings(matcher: Matcher) -> None:
    vae = "Error occurred when executing VAEDecode:\n\nAllocation on device"
    between = "got prompt\n" * 400
    found = causes(matcher, f"{vae}\n{between}{OOM}")
    assert set(found) == {"oom-vae-decode", "oom-workload-too-big"}


def test_a_live_log_takes_no_evidence_from_another_job(matcher: Matcher) -> None:
    follower = Follower(matcher)
    bar = "100%|##########| 20/20 [00:01<00:00, 14.83it/s]"
    before = ["got prompt", bar, "Prompt executed in 1.45 seconds", "got prompt"]
    assert follower.feed([LogLine(line) for line in before]) == ()
    found = follower.feed([LogLine(line) for line in OOM.split("\n")])
    assert [finding.cause for finding in found] == ["oom-workload-too-big"]


def test_a_live_log_ignores_progress_bars(matcher: Matcher) -> None:
    follower = Follower(matcher)
    bar = LogLine("CUDA out of memory", transient=True)
    assert follower.feed([bar]) == ()


def test_the_standard_library_finds_the_same_literals(matcher: Matcher) -> None:
    data = OOM.encode() * 3
    literals = matcher.patterns.literals
    assert sorted(plain(literals)(data)) == sorted(scanner(literals)(data))


def test_a_cancelled_job_does_not_hide_the_error_before_it(matcher: Matcher) -> None:
    text = (
        "Exception in thread Thread-1 (prompt_worker):\n"
        "Traceback (most recent call last):\n"
        '  File "/c/custom_nodes/a/nodes.py", line 1, in go\n'
        "KeyboardInterrupt\n[INFO] got prompt\n[INFO] Global interrupt (no prompt_id)"
    )
    assert causes(matcher, text)[0] == "prompt-worker-dead"
