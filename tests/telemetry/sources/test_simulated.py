"""The simulator's computer, and answers that are none."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comfydoctor.model.metric import METRICS
from comfydoctor.telemetry.source import SourceTrouble
from comfydoctor.telemetry.sources.simulated import (
    CARD,
    HOST,
    SimulatedSource,
    from_host,
)

HOST_ANSWER = {
    "gpus": [
        {
            "index": 0,
            "uuid": "GPU-sim-0",
            "name": "Simulated RTX 4090",
            "load_percent": 93,
            "memory_used": 21e9,
            "memory_total": 24e9,
            "temperature_c": 71,
            "power_w": 402.5,
        }
    ],
    "cpu_percent": 12.5,
    "ram_used": 30e9,
    "ram_total": 64e9,
    "swap_used": 0,
    "disk_free": {"/models": 120e9},
}

STEADY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A busy computer is no failure."""

JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["gpus", "index", *CARD.values()]), inner)
    ),
    max_leaves=12,
)


def test_an_answer_becomes_samples_like_those_of_a_real_computer():
    found = {(s.metric, s.subject): s.value for s in from_host(HOST_ANSWER, 1.0)}
    assert found["gpu.load", "gpu0"] == 93
    assert found["gpu.vram_used", "gpu0"] == 21e9
    assert found["host.cpu", ""] == 12.5
    assert found["host.swap_used", ""] == 0
    assert found["host.disk_free", "/models"] == 120e9
    assert ("gpu.fan", "gpu0") not in found


def test_every_metric_is_in_the_table():
    assert set(CARD) | set(HOST) <= {metric.id for metric in METRICS}


@STEADY
@given(st.dictionaries(st.sampled_from(["gpus", "disk_free", *HOST.values()]), JSON))
def test_odd_answers_are_left_out_and_never_raise(answer):
    assert all(s.value == s.value for s in from_host(answer, 1.0))


async def test_the_source_fetches_and_says_when_there_is_nothing():
    answers = [HOST_ANSWER, {}]

    async def fetch():
        return answers.pop(0)

    source = SimulatedSource(fetch)
    assert len(await source.read(1.0)) == 10
    with pytest.raises(SourceTrouble):
        await source.read(2.0)
    source.gap()
    await source.aclose()
