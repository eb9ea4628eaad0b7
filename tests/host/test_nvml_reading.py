"""The child's figures as readings; what it leaves out is not known."""

import math

import pynvml

from comfydoctor.host.nvml_reading import missing, reading_of
from comfydoctor.host.nvml_words import WORDS, trouble


def test_an_empty_answer_reads_as_nothing_known():
    reading = reading_of({})
    assert math.isnan(reading.memory_total_bytes)
    assert reading.throttled is None
    assert reading.processes is None
    assert math.isnan(reading.memory_of(1))


def test_a_card_that_is_missed_keeps_who_it_is():
    card = reading_of({"uuid": "GPU-1", "name": "RTX", "index": 3, "load": 50})
    gone = missing(card, trouble(15))
    assert (gone.uuid, gone.index, gone.name) == ("GPU-1", 3, "RTX")
    assert math.isnan(gone.load_percent)
    assert gone.trouble.incident


def test_every_error_has_words_and_unknown_ones_their_number():
    codes = {
        value for name, value in vars(pynvml).items() if name.startswith("NVML_ERROR_")
    }
    assert len(codes) > 25
    assert codes <= set(WORDS)
    assert all(trouble(code).text.endswith(".") for code in WORDS)
    assert "4242" in trouble(4242).text
