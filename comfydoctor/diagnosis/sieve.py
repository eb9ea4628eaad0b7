"""Logs of any size: keeps the lines that may matter, reads nothing else closely.

The text is scanned in blocks of one MiB for the literals of all patterns. Around a
hit a few lines are kept, after the head of an error many; what comes again and again
is kept only at first. The end of the text is kept whole: it matters most.
"""

import codecs
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import BinaryIO

from comfydoctor.diagnosis.lines import encoding_of
from comfydoctor.diagnosis.literals import Scan, scanner
from comfydoctor.diagnosis.unpack import unpacked

BLOCK = 1 << 20
WHOLE = 1 << 20
"""Texts up to this size are kept whole, and as much of the end of longer ones."""

_BEFORE, _AFTER, _AFTER_ERROR = 8, 4, 40
_WITH_CONTEXT = 8
"""Hits of one literal that are kept with the lines around them."""
_AT_ALL = 60
_LONGEST = 64 << 10
"""Bytes of one line that are kept."""

_ERRORS = (
    b"Traceback (most recent call last)",
    b"Exception during processing",
    b"Error occurred when executing",
    b"# ComfyUI Error Report",
    b"Failed to validate prompt",
)
_FACTS = (
    b"Total VRAM ",
    b"pytorch version: ",
    b"Set vram state to: ",
    b"Device: ",
    b"Python version: ",
    b"ComfyUI version: ",
    b"main.py ",
    b"To see the GUI go to",
    b"(IMPORT FAILED)",
    b"got prompt",
    b"Prompt executed in",
    b"[Errno ",
    b"[WinError ",
)


class Sieve:
    """Chooses lines by the literals of patterns."""

    def __init__(self, literals: Sequence[bytes]) -> None:
        self._alone = range(len(literals), len(literals) + len(_FACTS))
        self._errors = range(self._alone.stop, self._alone.stop + len(_ERRORS))
        self._literals = (*literals, *_FACTS, *_ERRORS)

    @cached_property
    def _scan(self) -> Scan:
        """Built for the first block that is not the end; short texts need none."""
        return scanner(self._literals)

    def lines(self, source: BinaryIO) -> Iterator[tuple[int, str]]:
        """Numbered lines worth reading; memory stays bounded whatever comes."""
        before = 0
        seen: Counter[int] = Counter()
        last = 0
        for block, is_end in _ended(_blocks(source)):
            for number, line in _all(block) if is_end else self._kept(block, seen):
                if before + number >= last:
                    last = before + number + 1
                    yield last, line[:_LONGEST].decode(errors="replace")
            before += block.count(b"\n")

    def _kept(self, block: bytes, seen: Counter[int]) -> Iterator[tuple[int, bytes]]:
        """Lines of a block around its hits, by their number within it."""
        counted, at = 0, 0
        for literal, start in self._scan(block):
            seen[literal] += 1
            if seen[literal] > _AT_ALL:
                continue
            if start > at:
                counted += block.count(b"\n", at, start)
                at = start
            back, on = self._context(literal, seen[literal])
            yield from _around(block, start, counted, back, on)

    def _context(self, literal: int, times: int) -> tuple[int, int]:
        if literal in self._alone or times > _WITH_CONTEXT:
            return 0, 0
        return _BEFORE, _AFTER_ERROR if literal in self._errors else _AFTER


def _all(block: bytes) -> Iterator[tuple[int, bytes]]:
    return enumerate(block.removesuffix(b"\n").split(b"\n"))


def _around(
    block: bytes, start: int, number: int, back: int, on: int
) -> Iterator[tuple[int, bytes]]:
    """The line at ``start`` with as many lines before and after it."""
    begin = block.rfind(b"\n", 0, start)
    while back > 0 and begin > 0:
        begin = block.rfind(b"\n", 0, begin)
        number -= 1
        back -= 1
        on += 1
    for offset in range(on + 1):
        end = block.find(b"\n", begin + 1)
        if end < 0:
            yield number + offset, block[begin + 1 :]
            return
        yield number + offset, block[begin + 1 : end]
        begin = end


def _blocks(source: BinaryIO) -> Iterator[bytes]:
    """UTF-8 blocks that end at line ends, whatever the encoding of the source."""
    head, more = unpacked(source)
    name = encoding_of(head[:4096])
    recode = None if name == "utf-8" else codecs.getincrementaldecoder(name)("replace")
    rest, data = b"", head
    while data:
        text = recode.decode(data).encode() if recode else data
        whole, newline, rest = (rest + text).rpartition(b"\n")
        if newline:
            yield whole + newline
        elif len(rest) > BLOCK:
            yield rest[:_LONGEST] + b"\n"
            rest = b""
        data = more.read(BLOCK)
    if rest:
        yield rest


def _ended(blocks: Iterator[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Blocks with whether they are of the end, which is kept whole."""
    held: list[bytes] = []
    for block in blocks:
        held.append(block)
        if sum(map(len, held[1:])) > WHOLE:
            yield held.pop(0), False
    for block in held:
        yield block, True
