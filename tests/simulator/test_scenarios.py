"""Every scenario loads, and shows its trouble within ten of its seconds."""

import asyncio
import re
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest

from comfydoctor.errors import ContentError
from comfydoctor.simulator import scenario as content
from comfydoctor.simulator.life import Life
from comfydoctor.simulator.simulator import Simulator
from comfydoctor.simulator.stream import Users
from tests.simulator.bench import running

SPEED = 5.0
SECONDS = 14.0
IDS = [each.id for each in content.scenarios()]
REFUSED = {"sdxl-missing-model", "sdxl-missing-node"}
WANTED = {
    *("healthy-studio", "out-of-memory", "memory-leak", "stuck-queue-in-node"),
    *("stuck-queue-in-queue", "missing-model", "missing-node-pack"),
    *("lora-did-nothing", "black-images", "ten-times-slower-reloads"),
    *("ten-times-slower-swap", "ten-times-slower-thermal", "partner-api-failing"),
    *("crash-and-restart", "two-clients-fighting", "hostile-server"),
    *("ignored-interrupt", "test-bench"),
}


@dataclass
class Seen:
    """What was there after a while."""

    log: str
    history: list[dict[str, Any]]
    pending: int
    running: int
    host: dict[str, Any]
    lives: int
    alive: bool

    @property
    def errors(self) -> list[str]:
        last = [entry["status"]["messages"][-1] for entry in self.history]
        return [data["exception_message"] for event, data in last if "error" in event]


def test_all_scenarios_are_there_and_the_healthy_one_comes_first() -> None:
    assert set(IDS) == WANTED
    assert IDS[0] == "healthy-studio"


@pytest.mark.parametrize("name", IDS)
def test_words_for_people_are_there(name: str) -> None:
    scenario = content.load_scenario(name)
    assert 3 < len(scenario.title) < 60
    assert scenario.summary.endswith(".")


@pytest.mark.parametrize("profile", ["0.3.64", "0.8.0", "0.33.0"])
@pytest.mark.parametrize("name", IDS)
async def test_jobs_are_accepted_unless_they_must_not_be(
    name: str, profile: str
) -> None:
    simulator = Simulator(name, profile)
    life = Life(simulator.world)
    users = Users(simulator.scenario, simulator.world.rng)
    for workflow in users.names:
        status, answer = life.submit(users.body(workflow, ""))
        assert (status == 400) == (workflow in REFUSED), answer


@cache
def everything() -> dict[str, Seen]:
    """All scenarios at once: they only wait."""

    async def gather() -> list[Seen]:
        return list(await asyncio.gather(*(_look(name) for name in names)))

    names = [name for name in IDS if name not in {"hostile-server", "test-bench"}]
    return dict(zip(names, asyncio.run(gather()), strict=True))


async def _look(name: str) -> Seen:
    async with running(name, speed=SPEED) as talk:
        lives = {id(talk.simulator.life)}
        for _ in range(20):
            await asyncio.sleep(SECONDS / SPEED / 20)
            lives.add(id(talk.simulator.life))
        life = talk.simulator.life
        world = talk.simulator.world
        used = life.machine.vram.used_by_all()
        return Seen(
            life.console.text(),
            list(life.queue.history.values()),
            len(life.queue.pending),
            len(life.queue.running),
            world.card.host(used),
            len(lives),
            life.worker.alive,
        )


def seen(name: str) -> Seen:
    return everything()[name]


def test_healthy_studio_has_no_trouble_and_goes_on() -> None:
    healthy = seen("healthy-studio")
    assert healthy.errors == []
    assert len(healthy.history) > 14
    assert "Traceback" not in healthy.log


def test_out_of_memory() -> None:
    assert any("CUDA out of memory" in text for text in seen("out-of-memory").errors)
    assert "Got an OOM, unloading all loaded models." in seen("out-of-memory").log


def test_memory_leak() -> None:
    assert any("CUDA out of memory" in text for text in seen("memory-leak").errors)


def test_stuck_queue_in_node() -> None:
    stuck = seen("stuck-queue-in-node")
    assert not stuck.alive
    assert stuck.running == 1
    assert stuck.pending >= 1
    assert stuck.host["gpus"][0]["load_percent"] < 5


def test_stuck_queue_in_queue() -> None:
    stuck = seen("stuck-queue-in-queue")
    assert not stuck.alive
    assert stuck.running == 0
    assert stuck.pending >= 1
    assert "'<' not supported between instances of 'dict' and 'dict'" in stuck.log


def test_missing_model() -> None:
    line = "ckpt_name: 'realvisxlV50_v50Bakedvae.safetensors' not in ["
    assert line in seen("missing-model").log


def test_missing_node_pack() -> None:
    missing = seen("missing-node-pack")
    assert (
        "(IMPORT FAILED): /opt/ComfyUI/custom_nodes/ComfyUI-FaceDetail" in missing.log
    )
    assert "Node 'FaceDetailerLite' not found." in missing.log


def test_lora_did_nothing() -> None:
    useless = seen("lora-did-nothing")
    assert useless.log.count("lora key not loaded: ") >= 48
    assert useless.errors == []


def test_black_images() -> None:
    black = seen("black-images")
    assert black.log.count("RuntimeWarning: invalid value encountered in cast") == 1
    assert black.errors == []


def _fastest(log: str) -> float:
    """Steps a second of the fastest progress bar."""
    return max(float(rate) for rate in re.findall(r"([\d.]+)it/s\]", log))


@pytest.mark.parametrize("kind", ["swap", "thermal"])
def test_ten_times_slower(kind: str) -> None:
    slow = seen(f"ten-times-slower-{kind}")
    assert _fastest(slow.log[-600:]) * 4 < _fastest(seen("healthy-studio").log)
    card = slow.host["gpus"][0]
    if kind == "thermal":
        assert card["load_percent"] > 80
        assert card["temperature_c"] > 83
        assert card["power_w"] < 0.6 * card["power_limit_w"]
    else:
        assert slow.host["swap_used"] > 20 * 2**30
        assert slow.host["ram_used"] > 0.95 * slow.host["ram_total"]
        assert card["load_percent"] < 30


def test_ten_times_slower_reloads() -> None:
    slow = seen("ten-times-slower-reloads")
    assert slow.running == 1
    assert slow.host["gpus"][0]["load_percent"] < 10


def test_partner_api_failing() -> None:
    assert any(
        "Rate Limit Exceeded" in text for text in seen("partner-api-failing").errors
    )


def test_crash_and_restart() -> None:
    crashed = seen("crash-and-restart")
    assert crashed.lives == 2
    assert len(crashed.history) < 5


def test_two_clients_fighting() -> None:
    fight = seen("two-clients-fighting")
    assert "Global interrupt (no prompt_id specified)" in fight.log
    last = [entry["status"]["messages"][-1][0] for entry in fight.history]
    assert "execution_interrupted" in last


def test_ignored_interrupt() -> None:
    assert seen("ignored-interrupt").running == 1


def test_an_unknown_scenario_and_a_mistake_in_one_are_named(
    tmp_path, monkeypatch
) -> None:
    with pytest.raises(ContentError, match=r"nosuch\.toml"):
        content.load_scenario("nosuch")
    bad = 'id = "bad"\ntitle = "Bad"\nsummary = "Bad."\ncolour = 1\n'
    (tmp_path / "bad.toml").write_text(bad)
    monkeypatch.setattr(content, "folder", lambda: tmp_path)
    with pytest.raises(ContentError, match=r"bad\.toml: colour"):
        content.load_scenario("bad")
