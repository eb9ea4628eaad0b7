"""How much of a server's answer we take and how long we wait for it."""

from typing import NamedTuple

MIB = 1 << 20


class Limits(NamedTuple):
    """Sizes in bytes, times in seconds; one object so that tests can shrink it.

    ComfyUI stalls for seconds while it builds ``/object_info`` or a node holds the
    interpreter, so ``read`` below ten seconds would call healthy servers dead.
    """

    connect: float = 3.0
    read: float = 10.0
    """Between two pieces of one answer."""
    write: float = 10.0
    total: float = 15.0
    """From the first byte sent to the last one read."""
    heavy_total: float = 60.0
    """The same for ``/object_info`` and files."""
    small_body: int = MIB
    """For routes whose answer is a few lines."""
    body: int = 16 * MIB
    heavy_body: int = 64 * MIB
    tokens: int = 3_000_000
    """Brackets and commas of one JSON text; each may cost us 60 bytes."""
    depth: int = 200
    connections: int = 8
