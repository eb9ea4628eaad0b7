"""How long a pattern takes on lines made to lead it astray."""

import re
import time
from collections.abc import Callable, Iterator

from comfydoctor.content.literals import required_literals

SLOWEST_MS = 20.0
"""On four thousand characters; the content test refuses slower patterns."""

# Four thousand characters each of what makes backtracking engines go astray.
ADVERSARIAL = (
    "a" * 4096,
    " " * 4096,
    "File '" * 700,
    "(((((" * 800,
    "x=y, " * 800,
    "custom_nodes/" * 315,
    "Value not in list: ckpt_name: '" * 132,
    "Error Error: " * 315,
    "lora key not loaded: a.b.c." * 151,
    "CUDA out of memory. Tried to allocate 1 of which " * 83,
    "expected input[1, 1, 1, 1] to have 1 " * 110,
    "cannot import name 'a' from 'a" * 136,
    "shape '[1, 1, 1]' is invalid " * 141,
    "[Errno 2] No such file or directory: '/a/" * 100,
)
TAILS = ("a", "a ", "a.", "1", "1, ", "1.1 ", "\\a", "/a", "'a', ", "a(", "a: ")
"""What follows a pattern's own words, four thousand characters of it."""


def own_lines(pattern: str) -> Iterator[str]:
    """Lines that begin as the pattern wants, so that it has to go on."""
    for literal in required_literals(pattern)[:2]:
        for tail in TAILS:
            yield (literal + " " + tail * 4096)[:4096]
            yield (literal + tail * 4096)[:4096]


def slow_line(pattern: str) -> str:
    """A line on which the pattern is too slow; empty when there is none."""
    search = re.compile(pattern).search
    for line in (*ADVERSARIAL, *own_lines(pattern)):
        # A busy computer delays some of the tries, not all of them.
        if all(milliseconds(search, line) >= SLOWEST_MS for _ in range(3)):
            return line
    return ""


def milliseconds(search: Callable[[str], object], line: str) -> float:
    """Processor time of one search."""
    start = time.process_time()
    search(line)
    return (time.process_time() - start) * 1000
