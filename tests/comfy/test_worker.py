import pytest

from comfydoctor.comfy.worker import WorkerState, WorkerWatch
from comfydoctor.model.finding import Confidence
from comfydoctor.model.job import Queue, QueueItem

NAN = float("nan")


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def watch(clock):
    return WorkerWatch(clock)


def queue(running: str = "", *pending: str) -> Queue:
    items = [QueueItem(1, name, "{}", "{}") for name in pending]
    first = (QueueItem(0, running, "{}", "{}"),) if running else ()
    return Queue(first, tuple(items))


def test_jobs_that_nobody_takes_are_a_certain_proof(clock, watch):
    watch.queue_seen(queue("", "a", "b"))
    assert watch.verdict().state is WorkerState.IDLE, "it may be just about to"
    clock.now += 2.5
    assert watch.verdict().state is WorkerState.IDLE, "not looked again yet"
    watch.queue_seen(queue("", "a", "b", "c"))
    verdict = watch.verdict()
    assert (verdict.state, verdict.confidence) == (WorkerState.DEAD, Confidence.CERTAIN)
    assert verdict.seconds == 2.5
    assert verdict.evidence[0].source == "queue"
    assert "2 jobs wait" in verdict.evidence[0].text


def test_a_worker_between_two_short_jobs_is_alive(clock, watch):
    for waiting in (("a", "b", "c"), ("b", "c"), ("c",)):
        watch.queue_seen(queue("", *waiting))
        clock.now += 2.5
        assert watch.verdict().state is WorkerState.IDLE
    watch.queue_seen(queue("c"))
    assert watch.verdict().state is WorkerState.WORKING
    watch.queue_seen(queue())
    assert watch.verdict().state is WorkerState.IDLE


def test_a_job_that_shows_itself_is_working_however_long(clock, watch):
    watch.queue_seen(queue("a"))
    for _ in range(100):
        clock.now += 30
        watch.sign_seen()
        assert watch.verdict().state is WorkerState.WORKING
    assert watch.verdict().seconds == 3000


def test_silence_on_a_busy_machine_is_a_long_step(clock, watch):
    watch.queue_seen(queue("a"))
    for _ in range(300):
        clock.now += 1
        watch.usage_seen(98.0, 3.0)
    verdict = watch.verdict()
    assert verdict.state is WorkerState.LONG_STEP
    assert [piece.source for piece in verdict.evidence] == ["queue", "log", "host"]
    assert verdict.evidence[2].text == "GPU load 98 %, processor load of ComfyUI 3 %."


def test_silence_on_an_idle_machine_is_a_suspicion(clock, watch):
    watch.queue_seen(queue("a", "b"))
    for _ in range(59):
        watch.usage_seen(0.0, 2.0)
        clock.now += 1
    assert watch.verdict().state is WorkerState.WORKING
    clock.now += 2
    watch.usage_seen(0.0, 2.0)
    verdict = watch.verdict()
    assert verdict.state is WorkerState.SUSPECTED_DEAD
    assert verdict.confidence is Confidence.POSSIBLE
    assert verdict.job_id == "a"


def test_an_ignored_interrupt_makes_it_likely(clock, watch):
    watch.queue_seen(queue("a"))
    watch.usage_seen(0.0, 2.0)
    clock.now += 70
    watch.interrupt_sent()
    clock.now += 11
    watch.interrupt_sent()  # asking twice does not set the time back
    watch.queue_seen(queue("a"))
    watch.usage_seen(0.0, 2.0)
    verdict = watch.verdict()
    assert verdict.confidence is Confidence.LIKELY
    assert "asked to stop 11 s ago" in verdict.evidence[-1].text
    watch.queue_seen(queue("b"))
    clock.now += 70
    watch.usage_seen(0.0, 2.0)
    assert watch.verdict().confidence is Confidence.POSSIBLE


def test_a_machine_that_was_busy_a_moment_ago_is_not_suspected(clock, watch):
    watch.queue_seen(queue("a"))
    watch.usage_seen(0.0, 2.0)
    clock.now += 50
    watch.usage_seen(60.0, 2.0)
    clock.now += 15
    watch.usage_seen(0.0, 2.0)
    assert watch.verdict().state is WorkerState.LONG_STEP


def test_without_readings_only_a_very_long_silence_is_a_suspicion(clock, watch):
    watch.queue_seen(queue("a"))
    watch.usage_seen(NAN, NAN)
    clock.now += 599
    verdict = watch.verdict()
    assert verdict.state is WorkerState.LONG_STEP
    assert "not known" in verdict.evidence[2].text
    clock.now += 1
    assert watch.verdict().state is WorkerState.SUSPECTED_DEAD
    assert watch.verdict().confidence is Confidence.POSSIBLE


def test_half_a_reading_proves_nothing_and_is_named_as_such(clock, watch):
    watch.queue_seen(queue("a"))
    watch.usage_seen(NAN, 1.0)
    clock.now += 61
    watch.usage_seen(NAN, 1.0)
    verdict = watch.verdict()
    assert verdict.state is WorkerState.LONG_STEP
    text = "GPU load not known, processor load of ComfyUI 1 %."
    assert verdict.evidence[2].text == text
