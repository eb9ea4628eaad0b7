"""Which lines belong to one job, and which to one life of the server."""

import pytest

from comfydoctor.diagnosis.reading import read_text
from comfydoctor.diagnosis.spans import Spans
from tests.diagnosis.looking import MATCHER

OOM = "!!! Exception during processing !!! Allocation on device "
BAR = "100%|██████████| 20/20 [00:01<00:00, 14.83it/s]"
ENDED = "Prompt executed in 1.45 seconds"
START = "Total VRAM 12288 MB, total RAM 65536 MB"


def spans(*lines: str) -> Spans:
    reading = read_text("\n".join(lines))
    return Spans(reading.lines, reading.runs)


def causes(*lines: str) -> list[str]:
    return [finding.cause for finding in MATCHER.explain("\n".join(lines))]


@pytest.mark.parametrize(
    ("lines", "index", "job"),
    [
        (["start", "got prompt", "x", ENDED, "got prompt", "y"], 2, range(1, 4)),
        (["start", "got prompt", "x", ENDED, "got prompt", "y"], 5, range(4, 6)),
        (["got prompt", "x", "got prompt", "y", ENDED, "z"], 3, range(5)),
        (["got prompt", "x", "got prompt", "y", ENDED, "z"], 5, range(5, 6)),
        (["got prompt", "invalid prompt: {}", "got prompt", "x"], 3, range(2, 4)),
    ],
)
def test_a_job_ends_where_the_next_begins(
    lines: list[str], index: int, job: range
) -> None:
    assert spans(*lines).job(index) == job


def test_a_restart_ends_both() -> None:
    cut = spans(START, "got prompt", "x", START, "y")
    assert (cut.life(1), cut.job(2), cut.life(4)) == (
        range(3),
        range(1, 3),
        range(3, 5),
    )


def test_the_bar_of_another_job_says_nothing_about_a_failure() -> None:
    assert causes("got prompt", BAR, OOM)[0] == "oom-vae-decode"
    assert causes("got prompt", BAR, ENDED, "got prompt", OOM) == [
        "oom-workload-too-big"
    ]


def test_a_tiled_retry_of_another_job_says_nothing_either() -> None:
    retry = "Ran out of memory when regular VAE decoding, retrying with tiled"
    told = causes("got prompt", retry, ENDED, "got prompt", "x", OOM)
    assert told == ["oom-workload-too-big"]


def test_what_the_server_said_before_a_restart_no_longer_counts() -> None:
    leak = "WARNING, memory leak with model Flux."
    assert causes(START, leak, "got prompt", OOM) == ["oom-leak-until-restart"]
    assert causes(START, leak, START, "got prompt", OOM) == ["oom-workload-too-big"]
