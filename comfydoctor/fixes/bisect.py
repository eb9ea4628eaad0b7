"""Finding every pack that causes a trouble, by halving; no I/O of its own."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

Packs = tuple[str, ...]
IsBad = Callable[[Packs], Awaitable[bool]]
"""Whether the trouble shows with exactly these packs."""


@dataclass(frozen=True)
class Found:
    """What halving found."""

    culprits: Packs = ()
    """Each of them alone brings the trouble."""
    together: tuple[Packs, ...] = ()
    """Packs that bring it only when all of a group are there."""
    without_any: bool = False
    """It shows without any pack, so none is to blame."""
    never: bool = False
    """It does not show with all packs either."""

    @property
    def blamed(self) -> frozenset[str]:
        """All packs that take part in it."""
        return frozenset(self.culprits).union(*map(frozenset, self.together))


async def find_culprits(
    packs: Sequence[str], is_bad: IsBad, tell: Callable[[str], None] = lambda text: None
) -> Found:
    """Every pack to blame, also when there are several.

    With one among ``n`` it takes about ``2 * log2(n) + 3`` trials.
    """
    tell("Try without any node pack.")
    if await is_bad(()):
        return Found(without_any=True)
    tell("Try with all node packs.")
    if not await is_bad(tuple(packs)):
        return Found(never=True)
    culprits: list[str] = []
    together: list[Packs] = []
    left = tuple(packs)
    while True:
        alone, groups = await _halve(left, is_bad, tell)
        culprits += alone
        together += groups
        blamed = set(alone).union(*groups)
        left = tuple(pack for pack in left if pack not in blamed)
        tell(f"Try without {', '.join(sorted(blamed))}.")
        if not blamed or not left or not await is_bad(left):
            return Found(tuple(culprits), tuple(together))


async def _halve(
    bad: Packs, is_bad: IsBad, tell: Callable[[str], None]
) -> tuple[list[str], list[Packs]]:
    """Culprits in a set that is known to be bad."""
    if len(bad) == 1:
        return list(bad), []
    first, second = bad[: len(bad) // 2], bad[len(bad) // 2 :]
    found: list[str] = []
    groups: list[Packs] = []
    for half in (first, second):
        tell(f"Try {_count(half)} of the {len(bad)} that are in question.")
        if await is_bad(half):
            alone, more = await _halve(half, is_bad, tell)
            found += alone
            groups += more
    if not found and not groups:
        groups.append(await _smallest(bad, is_bad, tell))
    return found, groups


async def _smallest(bad: Packs, is_bad: IsBad, tell: Callable[[str], None]) -> Packs:
    """The smallest group that is bad together: leave out what is not needed."""
    group = bad
    size = max(1, len(group) // 2)
    while True:
        for start in range(0, len(group), size):
            rest = group[:start] + group[start + size :]
            tell(f"Try {_count(rest)}: the trouble needs several of them together.")
            if rest and await is_bad(rest):
                group = rest
                break
        else:
            if size == 1:
                return group
            size = max(1, size // 2)


def _count(packs: Packs) -> str:
    return f"{len(packs)} {'pack' if len(packs) == 1 else 'packs'}"
