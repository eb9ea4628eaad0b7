"""Draws PNG files without any imaging library."""

import json
import random
import struct
import zlib
from typing import Any

from comfydoctor.simulator.values import Picture

SIGNATURE = b"\x89PNG\r\n\x1a\n"
Rgb = tuple[int, int, int]


def png(width: int, height: int, rows: bytes, metadata: dict[str, Any]) -> bytes:
    """A PNG of RGB ``rows`` (each with its filter byte), texts as tEXt chunks."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [_chunk(b"IHDR", head)]
    for key, value in metadata.items():
        text = json.dumps(value).encode("latin-1", "backslashreplace")
        chunks.append(_chunk(b"tEXt", key.encode() + b"\0" + text))
    chunks.append(_chunk(b"IDAT", zlib.compress(rows, 1)))
    return SIGNATURE + b"".join(chunks) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, body: bytes) -> bytes:
    checksum = struct.pack(">I", zlib.crc32(kind + body))
    return struct.pack(">I", len(body)) + kind + body + checksum


def draw(picture: Picture, metadata: dict[str, Any], most: int = 8192) -> bytes:
    """The file that SaveImage would have written; ``most`` pixels a side."""
    width, height = min(picture.width, most), min(picture.height, most)
    texts = {key: value for key, value in metadata.items() if key == "prompt"}
    info = metadata.get("extra_pnginfo") or {}
    rows = _rows(picture, width, height)
    return png(width, height, rows, {**texts, **info})


def _rows(picture: Picture, width: int, height: int) -> bytes:
    rng = random.Random(picture.seed)  # noqa: S311 - a picture, no secret
    flat = {"black": (0, 0, 0), "nan": (0, 0, 0), "saturated": (255, 255, 255)}
    if picture.look in flat:
        return (b"\0" + bytes(flat[picture.look]) * width) * height
    if picture.look == "plain":
        seed = picture.seed
        colour = (seed >> 16 & 255, seed >> 8 & 255, seed & 255)
        return (b"\0" + bytes(colour) * width) * height
    if picture.look == "noise":
        return b"".join(b"\0" + rng.randbytes(width * 3) for _ in range(height))
    return _scene(rng, width, height)


def _scene(rng: random.Random, width: int, height: int) -> bytes:
    """Sky over hills: bands of colour, so that it compresses and looks like one."""
    sky, ground = _colour(rng, 120, 255), _colour(rng, 20, 120)
    horizon = int(height * rng.uniform(0.4, 0.7))
    rows = []
    for y in range(height):
        share = y / height
        base = sky if y < horizon else ground
        shade = bytes(int(each * (1.0 - 0.55 * share)) for each in base)
        rows.append(b"\0" + shade * width)
    return b"".join(rows)


def _colour(rng: random.Random, low: int, high: int) -> Rgb:
    return rng.randint(low, high), rng.randint(low, high), rng.randint(low, high)


def swatch(size: int, filled: int) -> bytes:
    """A small preview: orange from the left."""
    row = bytes((255, 128, 0)) * filled + bytes(3) * (size - filled)
    return png(size, size, (b"\0" + row) * size, {})
