import pytest

from comfydoctor.simulator import jobqueue
from comfydoctor.simulator.jobqueue import JobQueue


def _queue() -> tuple[JobQueue, list[int]]:
    told: list[int] = []
    return JobQueue(told.append), told


def _item(number: float, name: str = "a", time: int = 0) -> tuple:
    return number, name, {"1": {}}, {"create_time": time}, ["1"]


async def test_the_smallest_number_runs_first() -> None:
    queue, _ = _queue()
    for number in (5, -3, 0, 9):
        queue.put(_item(number, str(number)))
    order = []
    while queue.pending:
        key, item = await queue.get()
        order.append(item[0])
        queue.done(key, {}, None)
    assert order == [-3, 0, 5, 9]


def test_twins_fail_at_push_though_they_are_in() -> None:
    queue, _ = _queue()
    queue.put(_item(1, time=1))
    with pytest.raises(TypeError, match="'<' not supported"):
        queue.put(_item(1, time=2))
    assert len(queue.pending) == 2


async def test_everybody_is_told_twice_when_a_job_starts() -> None:
    queue, told = _queue()
    queue.put(_item(1))
    key, _ = await queue.get()
    queue.done(key, {}, None)
    assert told == [1, 1, 0]


async def test_clear_and_delete_leave_the_running_job_alone() -> None:
    queue, _ = _queue()
    for number in range(3):
        queue.put(_item(number, str(number)))
    await queue.get()
    assert not queue.delete("0")
    assert queue.delete("1")
    queue.clear()
    assert queue.remaining == 1


async def test_history_is_paged_from_either_end(monkeypatch) -> None:
    monkeypatch.setattr(jobqueue, "HISTORY_KEPT", 4)
    queue, _ = _queue()
    for number in range(7):
        queue.put(_item(number, str(number)))
        key, _ = await queue.get()
        queue.done(key, {"outputs": {}}, {})
    assert list(queue.history) == ["2", "3", "4", "5", "6"]
    assert list(queue.some_history(2, -1)) == ["5", "6"]
    assert list(queue.some_history(2, 0)) == ["2", "3"]
    assert list(queue.some_history(0, -1)) == []


async def test_account_keys_do_not_reach_the_history() -> None:
    queue, _ = _queue()
    extra = {"api_key_comfy_org": "planted", "client_id": "me"}
    queue.put((1, "a", {}, extra, []))
    key, _ = await queue.get()
    queue.done(key, {}, {})
    assert queue.history["a"]["prompt"][3] == {"client_id": "me"}


async def test_a_wish_to_free_memory_wakes_the_worker() -> None:
    queue, _ = _queue()
    queue.ask_free(unload_models=False, free_memory=True)
    assert await queue.get(timeout_s=30.0) is None
    assert queue.take_flags() == (False, True)
    assert queue.take_flags() == (False, False)
