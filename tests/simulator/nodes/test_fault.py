import pytest

from comfydoctor.simulator.nodes.fault_classes import FAULT_NODES
from comfydoctor.simulator.nodes.fault_text import RAISED
from tests.simulator.bench import last_event, running, with_fault


def test_the_classes_are_those_of_the_test_pack() -> None:
    assert {each.name.removeprefix("Fault") for each in FAULT_NODES} == {
        *("Raise", "Sleep", "SleepOutput", "Async", "Leak", "Print", "Garbage"),
        *("Validate", "IsChanged", "Blocker", "Expand", "BadReturn", "Text"),
        *("Conditioning", "Types", "BrokenSchema"),
    }


@pytest.mark.parametrize("kind", RAISED)
async def test_every_kind_ends_its_job_with_its_own_type(kind: str) -> None:
    async with running(speed=32.0) as talk:
        job = await talk.submit(with_fault("FaultRaise", kind=kind, message=""))
        event, data = last_event(await talk.ended(job))
        assert event == "execution_error"
        assert data["exception_type"] == RAISED[kind].type
        assert data["node_id"] == "2"
        assert "custom_nodes/comfydoctor_faults" in data["traceback"][-1]


async def test_only_a_recognised_shortage_of_memory_gets_the_tip() -> None:
    async with running() as talk:
        for kind, tip in (("cuda_oom", True), ("async_oom", False)):
            job = await talk.submit(with_fault("FaultRaise", kind=kind, message=""))
            _, data = last_event(await talk.ended(job))
            message = data["exception_message"]
            assert ("TIPS: If the workflow worked before" in message) == tip
        log = await talk.log()
        assert log.count("Got an OOM, unloading all loaded models.") == 1
