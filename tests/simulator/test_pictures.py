import json
import struct
import zlib

import pytest

from comfydoctor.simulator.pictures import SIGNATURE, draw
from comfydoctor.simulator.values import Picture


def _chunks(data: bytes) -> dict[bytes, bytes]:
    assert data.startswith(SIGNATURE)
    chunks, at = {}, len(SIGNATURE)
    while at < len(data):
        size = struct.unpack(">I", data[at : at + 4])[0]
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + size]
        checksum = struct.unpack(">I", data[at + 8 + size : at + 12 + size])[0]
        assert checksum == zlib.crc32(kind + body)
        chunks[kind] = body
        at += 12 + size
    return chunks


@pytest.mark.parametrize("look", ["scene", "plain", "black", "nan", "noise", "inf"])
def test_every_look_is_a_whole_png(look: str) -> None:
    chunks = _chunks(draw(Picture(48, 32, look=look, seed=5), {}))
    assert struct.unpack(">II", chunks[b"IHDR"][:8]) == (48, 32)
    assert len(zlib.decompress(chunks[b"IDAT"])) == (48 * 3 + 1) * 32


def test_nan_is_black() -> None:
    rows = zlib.decompress(_chunks(draw(Picture(8, 8, look="nan"), {}))[b"IDAT"])
    assert set(rows) == {0}


def test_the_workflow_is_in_the_file() -> None:
    metadata = {"prompt": {"1": {}}, "extra_pnginfo": {"workflow": {"id": "x"}}}
    data = draw(Picture(8, 8), metadata)
    assert b"workflow\0" + json.dumps({"id": "x"}).encode() in data
    assert b"prompt\0" in data
