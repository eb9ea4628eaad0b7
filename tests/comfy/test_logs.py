import pytest

from comfydoctor.comfy.logs import (
    JobAccepted,
    JobDone,
    LogBook,
    read_fact,
    read_progress,
)
from comfydoctor.model.logline import LogEntry, LogLine


def entries(*writes: str, start: int = 0) -> list[LogEntry]:
    return [LogEntry(f"10:00:{start + i:02}", m) for i, m in enumerate(writes)]


def texts(lines: tuple[LogLine, ...]) -> list[str]:
    return [line.text for line in lines]


def test_print_makes_two_writes_and_one_line():
    assert texts(LogBook().add(entries("hello", "\n"))) == ["hello"]


def test_a_traceback_makes_one_write_and_many_lines():
    lines = LogBook().add(
        entries("\x1b[1m\x1b[31m[ERROR]\x1b[0m Traceback:\n  File a\n\nBoom\n")
    )
    assert texts(lines) == ["Traceback:", "  File a", "", "Boom"]
    assert {line.level for line in lines} == {"ERROR"}


def test_an_unfinished_line_waits_for_its_end():
    book = LogBook()
    assert book.add(entries("half a ")) == ()
    assert texts(book.add(entries("line\n", start=1))) == ["half a line"]


def test_progress_replaces_itself_and_stays_when_its_line_ends():
    lines = LogBook().add(entries("\r  0%|", "\r 50%|", "", "\r100%|", "\n", "next\n"))
    assert [(line.text, line.transient) for line in lines] == [
        ("  0%|", True),
        (" 50%|", True),
        ("100%|", True),
        ("100%|", False),
        ("next", False),
    ]


def test_a_finished_bar_is_one_line_however_often_it_is_drawn():
    bar = "100%|██████████| 4/4 [00:04<00:00,  1.{}s/it]"
    writes = (f"\r{bar.format(10)}", f"\r{bar.format(14)}", "\n", "next\n")
    book = LogBook()
    lines = [line for entry in entries(*writes) for line in book.add([entry])]
    stay = [line.text for line in lines if not line.transient]
    assert stay == [bar.format(14), "next"]


def test_a_line_between_two_states_of_a_bar_is_a_line_of_its_own():
    lines = LogBook().add(
        entries("\r 50%|", "lora key not loaded: x\n", "\r100%|", "\n")
    )
    assert texts(lines) == [" 50%|", "lora key not loaded: x", "100%|", "100%|"]


def test_a_record_ends_an_unfinished_line():
    lines = LogBook().add(entries("loading", "\x1b[32m[INFO]\x1b[0m got prompt\n"))
    assert texts(lines) == ["loading", "got prompt"]


def test_the_same_write_counts_once_whether_from_ring_or_stream():
    book = LogBook()
    ring = entries("a\n", "b", "\n", "c\n")
    assert texts(book.add(ring)) == ["a", "b", "c"]
    assert book.add(ring) == ()
    assert texts(book.add([*ring[2:], LogEntry("10:01:00", "d\n")])) == ["d"]
    assert book.knows(ring[0])
    assert book.first_time == "10:00:00"


def test_equal_words_at_another_time_are_another_line():
    book = LogBook()
    book.add([LogEntry("10:00:00", "got prompt\n")])
    assert texts(book.add([LogEntry("10:00:01", "got prompt\n")])) == ["got prompt"]


def test_late_standard_output_keeps_its_own_time():
    book = LogBook()
    book.add([LogEntry("10:00:09", "stderr\n")])
    (line,) = book.add([LogEntry("10:00:01", "stdout"), LogEntry("10:00:02", "\n")])
    assert line == LogLine("stdout", "10:00:01")


def test_memory_is_bounded():
    book = LogBook(remembered=100)
    for second in range(1000):
        book.add([LogEntry(f"{second:06}", "never ends " * 50)])
    assert len(book._order) == len(book._seen) == 100
    assert len(book._text) <= 8000


@pytest.mark.parametrize(
    ("text", "value", "maximum"),
    [
        (" 50%|#####     | 2/4 [00:05<00:05,  1.33s/it]", 2, 4),
        ("  0%|          | 0/6 [00:00<?, ?it/s]", 0, 6),
        ("100%|██████████| 20/20 [00:02<00:00,  9.12it/s]", 20, 20),
        ("Sampling:  25%|██▌       | 5/20 [00:01<00:04]", 5, 20),
        ("model.safetensors:  45%|████▌     | 1.2G/2.5G [00:30<00:33]", 1.2e9, 2.5e9),
        ("  0%|| 0/5", 0, 5),
    ],
)
def test_reads_a_progress_bar(text, value, maximum):
    progress = read_progress(LogLine(text, transient=True), "job")
    assert progress is not None
    assert (progress.value, progress.maximum) == (value, maximum)
    assert (progress.source, progress.job_id, progress.text) == (
        "log",
        "job",
        text.strip(),
    )


@pytest.mark.parametrize(
    "text", ["50% done", "got prompt", "a | 2/4 | b", "Memory: 50%|", "10%|x| 1/2rc"]
)
def test_takes_nothing_else_for_a_bar(text):
    assert read_progress(LogLine(text)) is None


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("got prompt", JobAccepted("t")),
        ("Prompt executed in 0.02 seconds", JobDone("t", 0.02)),
        ("Prompt executed in 00:12:34", JobDone("t", 754.0)),
        ("Prompt executed in 01:00:01.5", JobDone("t", 3601.5)),
        ("I got prompt", None),
        ("Prompt executed in time", None),
    ],
)
def test_reads_facts_of_the_queue(text, fact):
    assert read_fact(LogLine(text, "t")) == fact
