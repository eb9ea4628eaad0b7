"""Whatever bytes a log is made of: no crash, true line numbers, bounded output."""

import io

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from comfydoctor.comfy.logs import LogBook
from comfydoctor.diagnosis.explain import Explainer
from comfydoctor.diagnosis.signatures import Follower
from comfydoctor.model.logline import LogEntry, LogLine
from tests.diagnosis.looking import MATCHER

EXPLAINER = Explainer(MATCHER)
MOST = 30
CONTROLS = {*range(0x09), *range(0x0A, 0x20), *range(0x7F, 0xA0)}
BIDI = {*range(0x202A, 0x202F), *range(0x2066, 0x206A)}
HARMFUL = {chr(code) for code in CONTROLS | BIDI}
QUIET = settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
# What logs are really made of, so that chance meets the readers' own grammar.
PIECES = (
    b"got prompt\n",
    b"Prompt executed in 12:34:56\n",
    b"Prompt executed in 1.5 seconds\n",
    b"!!! Exception during processing !!! CUDA out of memory. Tried to allocate ",
    b"Traceback (most recent call last):\n",
    b'  File "/c/custom_nodes/a/b.py", line 99999999, in x\n',
    b"torch.OutOfMemoryError: Allocation on device \n",
    b"During handling of the above exception, another exception occurred:\n",
    b"Cannot import /c/custom_nodes/x module for custom nodes: No module named 'y'\n",
    b"   0.0 seconds (IMPORT FAILED): C:\\a\\custom_nodes\\\n",
    b"Failed to validate prompt for output 9:\n* A 1:\n  - Value not in list: ",
    b"Output will be ignored\n",
    b"invalid prompt: {'type': 'x'}\n",
    b"Requested to load SDXL\n",
    b"loaded completely; 12.5 MB usable, 3.0 MB loaded, full load: True\n",
    b"Got an OOM, unloading all loaded models.\n",
    b"Total VRAM 99999999999 MB, total RAM 1 MB\n",
    b"Fatal Python error: Segmentation fault\n",
    b"Current thread 0x01 (most recent call first):\n",
    b"# ComfyUI Error Report\n- **Node Type:** KSampler\n",
    b'{"exception_type": "X", "node_id": "1"}\n',
    b"\r100%|##########| 20/20 [00:00<00:00, 0.00it/s]",
    b"\x1b[32m[INFO]\x1b[0m ",
    b"2025-05-29 22:46:13,716 - root - ERROR - ",
    b"99999999999999999999 GiB is free. ",
    b"\xff\xfe",
    b"\x00",
    b"\xe2\x80\xae\xc2\x9b",
    b"\r",
    b"\n",
)
BYTES = st.lists(st.sampled_from(PIECES) | st.binary(max_size=40), max_size=60).map(
    b"".join
)


@given(BYTES)
@example(b"")
@example(b"\xff\xfe")
@example(b"got prompt\n" * 3 + b"\xfe\xff")
@QUIET
def test_any_bytes_are_explained_within_bounds(data: bytes) -> None:
    told = EXPLAINER.stream(io.BytesIO(data))
    last = len(told.events.lines)
    assert last <= data.count(b"\n") + data.count(b"\r") + data.count(b"\x00") + 2
    assert len(told.findings) <= MOST
    for finding in told.findings:
        assert finding.evidence and len(finding.title) <= 400
        for evidence in finding.evidence:
            assert not HARMFUL & set(evidence.text)
            assert evidence.line is not None and evidence.line >= 1
            assert len(evidence.text) <= 600


@given(BYTES)
@QUIET
def test_a_text_says_the_same_whole_and_in_a_stream(data: bytes) -> None:
    whole = EXPLAINER.text(data).findings
    again = EXPLAINER.stream(io.BytesIO(data)).findings
    assert whole == again


@given(BYTES, st.integers(1, 40))
@settings(QUIET, max_examples=60)
def test_a_console_of_any_bytes_is_followed(data: bytes, size: int) -> None:
    words = data.decode(errors="replace")
    book, follower = LogBook(), Follower(MATCHER)
    for at in range(0, len(words), size * 10):
        lines = book.add([LogEntry(str(at), words[at : at + size * 10])])
        assert all(isinstance(line, LogLine) for line in lines)
        for finding in follower.feed(lines):
            assert finding.evidence
