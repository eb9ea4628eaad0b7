"""Packed logs are read like others, damaged ones as far as they go."""

import gzip
import io

import pytest

from comfydoctor.diagnosis import unpack
from comfydoctor.diagnosis.unpack import unpacked

TEXT = b"".join(b"line %d of a log\n" % number for number in range(20_000))


def read(data: bytes) -> bytes:
    head, rest = unpacked(io.BytesIO(data))
    parts = [head]
    while parts[-1]:
        parts.append(rest.read(1 << 16))
    return b"".join(parts)


def test_a_plain_log_is_itself() -> None:
    assert read(TEXT) == TEXT
    assert read(b"") == b""


def test_a_packed_log_is_unpacked() -> None:
    assert read(gzip.compress(TEXT)) == TEXT


def test_several_packed_parts_in_a_row_are_one_log() -> None:
    assert read(gzip.compress(TEXT) + gzip.compress(b"end\n")) == TEXT + b"end\n"


def test_a_cut_or_damaged_log_ends_where_it_is_damaged() -> None:
    packed = gzip.compress(TEXT)
    told = read(packed[: len(packed) // 2])
    assert told and TEXT.startswith(told)
    broken = bytearray(packed)
    broken[len(packed) // 2] ^= 0xFF
    assert len(read(bytes(broken))) <= len(TEXT) + (1 << 16)
    assert read(b"\x1f\x8b no gzip at all") == b""


def test_a_bomb_is_not_unpacked_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpack, "MOST", 1 << 20)
    assert len(read(gzip.compress(bytes(50 << 20)))) <= (1 << 20) + (1 << 17)
