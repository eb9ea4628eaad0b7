"""Phases, job ends, progress and memory figures."""

import pytest

from comfydoctor.diagnosis.reading import read_text


def test_phases_in_their_order() -> None:
    text = "Total VRAM 1 MB, total RAM 2 MB\nTo see the GUI go to: http://x\ngot prompt"
    assert [phase.name for phase in read_text(text).phases] == [
        "gpu",
        "listening",
        "job",
    ]


@pytest.mark.parametrize(
    ("text", "seconds"), [("0.03 seconds", 0.03), ("00:12:05", 725.0)]
)
def test_job_ends(text: str, seconds: float) -> None:
    (job,) = read_text(f"Prompt executed in {text}").jobs
    assert job.seconds == seconds


def test_speeds_of_progress_bars() -> None:
    text = (
        "100%|##| 20/20 [00:10<00:00,  2.00it/s]\n"
        " 5%|#| 1/20 [05:12<1:38:49, 312.08s/it]"
    )
    steps = read_text(text).steps
    assert [(step.seconds, step.total) for step in steps] == [(0.5, 20), (312.08, 0)]


def test_the_figures_of_the_new_and_the_old_memory_report() -> None:
    new = read_text(
        "HIP out of memory. Tried to allocate 14.00 MiB. GPU 0 has a total capacity of "
        "15.92 GiB of which 13.60 GiB is free. Of the allocated memory 1.83 GiB is "
        "allocated by PyTorch, and 2.00 MiB is reserved by PyTorch but unallocated."
    ).figures
    assert len(new) == 1
    assert new[0].free == pytest.approx(13.6)
    assert new[0].asked == pytest.approx(14 / 1024)
    old = read_text(
        "Currently allocated : 5.30 GiB\nRequested : 1.12 MiB\n"
        "Device limit : 6.00 GiB\n"
        "Free (according to CUDA): 0 bytes\n: 17179869184.00 GiB"
    ).figures
    assert len(old) == 1
    assert old[0].rest == pytest.approx(0.7)
    assert old[0].fill == pytest.approx(0.8835, abs=1e-3)
