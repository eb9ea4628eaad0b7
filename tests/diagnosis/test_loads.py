"""A card that has less room for models after each failure is losing memory."""

import pytest

from comfydoctor.diagnosis.loads import read_loads, shrinking
from comfydoctor.diagnosis.reading import read_text
from comfydoctor.diagnosis.signatures import Follower
from comfydoctor.model.logline import LogLine
from tests.diagnosis.looking import MATCHER

OOM = (
    "got prompt\n!!! Exception during processing !!! Allocation on device \n"
    "Got an OOM, unloading all loaded models.\nPrompt executed in 0.45 seconds\n"
)
NEXT = (
    "got prompt\nRequested to load {}\n"
    "loaded completely; {:.2f} MB usable, 1639.41 MB loaded, full load: True\n"
    "Requested to load AutoencoderKL\n"
    "loaded completely; 900.00 MB usable, 159.56 MB loaded, full load: True\n"
    "Prompt executed in 3.00 seconds\n"
)


def log(*rooms: float, model: str = "BaseModel") -> str:
    return "".join(OOM + NEXT.format(model, room) for room in rooms)


def test_only_the_first_load_onto_an_emptied_card_counts() -> None:
    text = NEXT.format("SDXL", 5000) + log(4000)
    loads = read_loads(read_text(text).lines)
    assert [(load.model, load.room_mb) for load in loads] == [("BaseModel", 4000.0)]


@pytest.mark.parametrize(
    ("rooms", "shrinks"),
    [
        ((4000, 3600, 3200), 3),
        ((4000, 3600, 3200, 3200), 4),
        ((4000, 3600), 0),
        ((4000, 4000, 4000), 0),
        ((4000, 3990, 3985), 0),
        ((3000, 2600, 4000, 3600), 0),
    ],
)
def test_room_that_shrinks_time_after_time(
    rooms: tuple[float, ...], shrinks: int
) -> None:
    assert len(shrinking(read_text(log(*rooms)).loads)) == shrinks


def test_other_models_are_not_compared() -> None:
    text = log(4000) + log(3000, model="SDXL") + log(2000, model="Flux")
    assert shrinking(read_text(text).loads) == ()


def test_a_leak_is_told_instead_of_a_large_job_with_the_figures() -> None:
    (finding,) = MATCHER.explain(log(4000, 3600, 3200))
    assert finding.cause == "oom-leak-until-restart"
    assert "3200.00 MB usable" in finding.evidence[-1].text


def test_the_same_room_each_time_is_no_leak() -> None:
    (finding,) = MATCHER.explain(log(4000, 4000, 4000))
    assert finding.cause == "oom-workload-too-big"


def test_a_leak_is_told_live_as_soon_as_it_can_be_known() -> None:
    follower, told = Follower(MATCHER), []
    for line in log(4000, 3600, 3200).splitlines():
        told += [finding.cause for finding in follower.feed([LogLine(line)])]
    assert told[-1] == "oom-leak-until-restart"
