"""Small and exact: a state of a workflow as zstd, alone or against an earlier one."""

import hashlib
import threading
from collections import OrderedDict
from typing import NamedTuple

import zstandard

from comfydoctor.errors import Damaged

LARGEST = 64 * 2**20
"""Bytes of one workflow; no editor writes such."""
KEEP_DELTA_BELOW = 1 / 4
"""A difference larger than this part of the whole becomes a whole of its own."""
LEVEL = 3
CACHED = 8


class Packed(NamedTuple):
    """Bytes for the disk, and the content they need to be read."""

    data: bytes
    base: str


def hash_of(content: bytes) -> str:
    """Name of a content."""
    return hashlib.sha256(content).hexdigest()


class Codec:
    """Remembers the last wholes, ready for use as dictionaries; for any thread."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._bases: OrderedDict[str, _Base] = OrderedDict()

    def pack(self, content: bytes, base: str = "", whole: bytes = b"") -> Packed:
        """Compress, against ``whole`` (named ``base``) where that is worth it."""
        if base:
            small = self._base(base, whole).compress(content)
            if len(small) < self._base(base, whole).alone * KEEP_DELTA_BELOW:
                return Packed(small, base)
        return Packed(zstandard.ZstdCompressor(level=LEVEL).compress(content), "")

    def unpack(self, name: str, packed: Packed, whole: bytes = b"") -> bytes:
        """The content again. Raises Damaged when it is not what its name says."""
        try:
            if packed.base:
                content = self._base(packed.base, whole).decompress(packed.data)
            else:
                tool = zstandard.ZstdDecompressor()
                content = tool.decompress(packed.data, max_output_size=LARGEST)
        except zstandard.ZstdError as error:
            raise Damaged(f"The kept content {name[:12]} is damaged.") from error
        if hash_of(content) != name:
            raise Damaged(f"The kept content {name[:12]} is damaged.")
        return content

    def _base(self, name: str, whole: bytes) -> "_Base":
        with self._turn:
            if name not in self._bases:
                self._bases[name] = _Base(whole)
            self._bases.move_to_end(name)
            while len(self._bases) > CACHED:
                self._bases.popitem(last=False)
            return self._bases[name]


class _Base:
    """One whole as a dictionary."""

    def __init__(self, whole: bytes) -> None:
        self._turn = threading.Lock()
        raw = zstandard.DICT_TYPE_RAWCONTENT
        self._words = zstandard.ZstdCompressionDict(whole, dict_type=raw)
        size = 2 * len(whole) + 4096
        settings = zstandard.ZstdCompressionParameters.from_level(
            LEVEL, source_size=size, dict_size=len(whole)
        )
        self._to = zstandard.ZstdCompressor(
            dict_data=self._words, compression_params=settings
        )
        self._from = zstandard.ZstdDecompressor(dict_data=self._words)
        self.alone = len(zstandard.ZstdCompressor(level=LEVEL).compress(whole))

    def compress(self, content: bytes) -> bytes:
        with self._turn:  # a zstd context serves one thread at a time
            return self._to.compress(content)

    def decompress(self, data: bytes) -> bytes:
        with self._turn:
            return self._from.decompress(data, max_output_size=LARGEST)
