import threading

from comfydoctor.comfy.backlog import CALM_AFTER, Backlog


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_keeps_the_newest_and_counts_the_rest():
    backlog = Backlog(max_frames=3)
    for number in range(10):
        backlog.put(str(number))
    assert [backlog.take() for _ in range(4)] == ["7", "8", "9", None]
    assert backlog.skipped == 7


def test_tells_when_it_was_empty_before():
    backlog = Backlog()
    assert backlog.put("a")
    assert not backlog.put("b")
    backlog.take(), backlog.take()
    assert backlog.put("c")


def test_bytes_are_bounded_too_but_one_large_frame_passes():
    backlog = Backlog(max_bytes=1000)
    for _ in range(5):
        backlog.put(b"x" * 400)
    assert len(backlog) == 2
    backlog.put(b"y" * 5000)
    assert len(backlog) == 1
    assert backlog.take() == b"y" * 5000
    assert backlog.put(b"z")
    assert backlog.take() == b"z"
    assert backlog.skipped == 5


def test_overflow_lasts_until_a_calm_moment():
    clock = Clock()
    backlog = Backlog(max_frames=1, clock=clock)
    assert backlog.overflowing == 0
    for _ in range(60):
        backlog.put("a")
        clock.now += 1
    assert backlog.overflowing == 59  # the first frame dropped none
    clock.now += CALM_AFTER + 1
    assert backlog.overflowing == 0
    backlog.put("b")
    clock.now += 2
    assert backlog.overflowing == 2


def test_two_threads_lose_nothing_uncounted():
    backlog = Backlog(max_frames=50)
    taken: list[str | bytes] = []
    writer = threading.Thread(
        target=lambda: [backlog.put(str(number)) for number in range(20_000)]
    )
    writer.start()
    while writer.is_alive() or len(backlog):
        if (frame := backlog.take()) is not None:
            taken.append(frame)
    assert len(taken) + backlog.skipped == 20_000
    assert [int(frame) for frame in taken] == sorted(int(frame) for frame in taken)
