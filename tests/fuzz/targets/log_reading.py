"""Bytes of a log -> lines and events."""

import json

from comfydoctor.diagnosis.reading import read_text
from tests.fuzz.targets._logs import SEEDS, WORDS

__all__ = ["SEEDS", "WORDS", "run"]


def run(data: bytes) -> None:
    reading = read_text(data)
    numbers = [line.number for line in reading.lines]
    assert numbers == sorted(numbers)
    for block in reading.blocks:
        assert 1 <= block.start <= block.end
    json.dumps([line.text for line in reading.lines]).encode()
