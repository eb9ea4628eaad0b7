"""Seeded mutations of files: number ``index`` of a seed is always the same bytes."""

import random
from collections.abc import Callable, Sequence

LONGEST = 1 << 20
"""Bytes of one mutated input."""

_HOSTILE: tuple[bytes, ...] = (
    b"\x00",
    b"\xff" * 8,
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\xed\xa0\x80",
    b"\xe2\x80\xae",
    b"\x1b]8;;http://x\x07",
    b"\x1b[31m\x9b",
    b"\r",
    b"\n",
    b"\r\n",
    b"%s%n{}{0}",
    b"../../../etc/passwd",
    b"<script>",
    b"NaN",
    b"-Infinity",
    b"1e999",
    b"-1",
    b"0",
    b"9" * 40,
    b"null",
    b"true",
    b'"',
    b"\\u0000",
    b"\\ud800",
    b"[",
    b"{",
    b"]}",
    b"__class__",
)
_NUMBERS = (
    0,
    1,
    0x7F,
    0x80,
    0xFF,
    0x7FFF,
    0xFFFF,
    0x7FFFFFFF,
    0xFFFFFFFF,
    2**63,
    2**64 - 1,
)

_Change = Callable[[random.Random, bytearray], None]


class Mutator:
    """Makes inputs out of seeds, each by its number alone."""

    def __init__(
        self, seeds: Sequence[bytes], words: Sequence[bytes] = (), seed: int = 0
    ) -> None:
        if not seeds:
            raise ValueError("a target needs at least one seed")
        self._seeds = seeds
        self._words = (*_HOSTILE, *words)
        self._seed = seed

    def input(self, index: int) -> bytes:
        """The seeds themselves first, then mutations of one to eight steps."""
        if index < len(self._seeds):
            return self._seeds[index]
        rng = random.Random(f"{self._seed}:{index}")
        data = bytearray(rng.choice(self._seeds))
        for _ in range(min(8, 1 + int(rng.expovariate(0.5)))):
            rng.choice(self._changes)(rng, data)
            del data[LONGEST:]
        return bytes(data)

    @property
    def _changes(self) -> tuple[_Change, ...]:
        return (
            _flip_bits,
            _set_bytes,
            _truncate,
            _cut_out,
            _double,
            _shuffle,
            _number,
            _repeat,
            self._splice,
            self._insert_word,
            self._overwrite_word,
        )

    def _splice(self, rng: random.Random, data: bytearray) -> None:
        other = rng.choice(self._seeds)
        data[_at(rng, data) :] = other[rng.randrange(len(other) + 1) :]

    def _insert_word(self, rng: random.Random, data: bytearray) -> None:
        at = _at(rng, data)
        data[at:at] = rng.choice(self._words) * rng.choice((1, 1, 1, 2, 50))

    def _overwrite_word(self, rng: random.Random, data: bytearray) -> None:
        at, word = _at(rng, data), rng.choice(self._words)
        data[at : at + len(word)] = word


def _at(rng: random.Random, data: bytearray) -> int:
    """A place; often near the beginning, where headers are."""
    end = len(data) if rng.random() < 0.6 else min(len(data), 64)
    return rng.randint(0, end)


def _span(rng: random.Random, data: bytearray) -> slice:
    start = _at(rng, data)
    return slice(start, start + int(rng.expovariate(1 / 40)) + 1)


def _flip_bits(rng: random.Random, data: bytearray) -> None:
    for _ in range(rng.choice((1, 1, 4, 32)) if data else 0):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)


def _set_bytes(rng: random.Random, data: bytearray) -> None:
    for _ in range(rng.choice((1, 2, 8)) if data else 0):
        data[rng.randrange(len(data))] = rng.randrange(256)


def _truncate(rng: random.Random, data: bytearray) -> None:
    del data[_at(rng, data) :]


def _cut_out(rng: random.Random, data: bytearray) -> None:
    del data[_span(rng, data)]


def _double(rng: random.Random, data: bytearray) -> None:
    span = _span(rng, data)
    data[span.start : span.start] = data[span] * rng.choice((1, 1, 7))


def _shuffle(rng: random.Random, data: bytearray) -> None:
    part = list(data[span := _span(rng, data)])
    rng.shuffle(part)
    data[span] = bytes(part)


def _number(rng: random.Random, data: bytearray) -> None:
    size = rng.choice((1, 2, 4, 8))
    value = rng.choice(_NUMBERS) & (1 << 8 * size) - 1
    at = _at(rng, data)
    data[at : at + size] = value.to_bytes(size, rng.choice(("little", "big")))


def _repeat(rng: random.Random, data: bytearray) -> None:
    """Very many of the same, where depth and length hurt."""
    span = _span(rng, data)
    part = bytes(data[span])[: rng.choice((1, 1, 8, 40))]
    many = rng.choice((100, 5_000, 100_000))
    data[span.start : span.start] = part * min(many, LONGEST // max(1, len(part)))
