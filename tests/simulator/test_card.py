import random
from typing import Any

import pytest

from comfydoctor.simulator.card import Card, CardFacts
from comfydoctor.simulator.console import Console
from comfydoctor.simulator.failure import NodeFailed
from comfydoctor.simulator.family import SD15, SDXL
from comfydoctor.simulator.pace import Pace
from comfydoctor.simulator.values import Weights
from comfydoctor.simulator.version import VERSIONS
from comfydoctor.simulator.vram import Vram


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def _card(memory_mb: int = 24564) -> tuple[Card, Clock]:
    clock = Clock()
    facts = CardFacts(memory_mb=memory_mb)
    return Card(facts, 64.0, Pace(clock=clock), random.Random(1)), clock


def _vram(memory_mb: int = 24564, version: str = "0.8.0") -> tuple[Vram, Console]:
    card, _ = _card(memory_mb)
    known = VERSIONS[version]
    console = Console(known, Pace(), lambda *args: None)
    return Vram(card, console, known), console


def _unet(family: Any = SDXL, name: str = "a.safetensors") -> Weights:
    return Weights(name, "unet", family.unet, family.unet_mb, family)


def test_load_temperature_and_power_follow_the_work() -> None:
    card, clock = _card()
    idle = card.gpu(0)
    card.work(0.97)
    clock.now += 60.0
    busy = card.gpu(0)
    assert busy["load_percent"] > 85 > 10 > idle["load_percent"]
    assert busy["temperature_c"] > idle["temperature_c"] + 20
    assert busy["power_w"] > 8 * idle["power_w"]


def test_a_hot_card_is_slow_and_weak() -> None:
    card, clock = _card()
    card.strain.heat = 1.0
    card.work(0.97)
    clock.now += 120.0
    reading = card.gpu(0)
    assert reading["temperature_c"] > 83
    assert reading["power_w"] < 0.6 * reading["power_limit_w"]
    assert card.slowness > 8


def test_a_computer_without_a_card_has_none() -> None:
    pace, rng = Pace(), random.Random(1)
    card = Card(CardFacts(name="", memory_mb=0), 16.0, pace, rng)
    assert card.host(0)["gpus"] == []


@pytest.mark.parametrize(
    ("version", "line"),
    [
        ("0.3.64", "loaded completely "),
        ("0.8.0", "loaded completely; "),
        ("0.33.0", "loaded completely; "),
    ],
)
def test_loading_is_told_in_the_words_of_the_version(version: str, line: str) -> None:
    vram, console = _vram(version=version)
    vram.load(_unet())
    texts = [entry["m"] for entry in console.ring]
    assert "Requested to load SDXL" in texts[0]
    assert line in texts[1]


def test_what_is_loaded_is_not_loaded_again() -> None:
    vram, _ = _vram()
    assert vram.load(_unet()) > 0
    assert vram.load(_unet()) == 0


def test_the_oldest_makes_room_for_the_newest() -> None:
    vram, _ = _vram(8192)
    vram.load(_unet(SDXL, "a"))
    vram.load(_unet(SDXL, "b"))
    assert [entry.weights.file for entry in vram.loaded] == ["b"]


def test_what_does_not_fit_is_loaded_in_part() -> None:
    vram, console = _vram(4096)
    vram.load(_unet())
    assert vram.offloaded_share() > 0.4
    assert "loaded partially; " in console.ring[-1]["m"]


def test_too_much_work_runs_out_of_memory_with_true_figures() -> None:
    vram, _ = _vram(8192)
    vram.load(_unet(SD15))
    with pytest.raises(NodeFailed) as caught:
        vram.claim(9000.0)
    assert caught.value.out_of_memory
    assert "GPU 0 has a total capacity of 8.00 GiB" in caught.value.message


def test_leaks_survive_everything_and_kept_results_only_unloading() -> None:
    vram, _ = _vram()
    vram.load(_unet())
    vram.leaked, vram.kept["x"] = 500.0, 700.0
    vram.unload_all()
    assert vram.active == 1200.0
    vram.drop_kept()
    assert vram.active == 500.0
