"""Which matches are consequences, or weaker readings, of others nearby."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable

from comfydoctor.content.schema import Cause
from comfydoctor.diagnosis.rules import Match

NEARBY = 150
"""Lines within which a root explains its consequences."""
RAN = frozenset({"execution", "report"})
"""Kinds of errors that end a job."""


class Shadow:
    """Knows what the matches of a text hide of one another.

    A root hides its consequences in the jobs after it. A closer reading of one
    failure hides the weaker one of the same failure only: another job may have
    failed for the weaker reason.
    """

    def __init__(self, matches: Iterable[Match], rank: Callable[[Cause], int]) -> None:
        self._rank = rank
        roots: dict[str, list[tuple[int, Match]]] = defaultdict(list)
        self._told: set[str] = set()
        """Packs that something more than "it did not load" is known about."""
        for match in matches:
            pack = match.values.get("pack", "")
            for hidden in match.cause.supersedes:
                roots[hidden].append((match.index, match))
            if pack and not match.cause.gives_way:
                self._told.add(pack)
        self._roots = {
            cause: sorted(places, key=_place) for cause, places in roots.items()
        }

    def covers(self, match: Match) -> bool:
        """Whether another match says more about the same trouble."""
        pack = match.values.get("pack", "")
        if match.cause.gives_way:
            return pack in self._told
        places = self._roots.get(match.cause.id, [])
        first = bisect_left(places, match.index - NEARBY, key=_place)
        last = bisect_right(places, match.index + NEARBY, key=_place)
        return any(self._hides(root, match) for _, root in places[first:last])

    def _hides(self, root: Match, match: Match) -> bool:
        one, other = root.values.get("pack", ""), match.values.get("pack", "")
        if one and other and one != other:
            return False
        if self._rank(root.cause) < self._rank(match.cause):
            return True
        apart = root.block in RAN and match.block in RAN and root.job != match.job
        return not apart


def _place(root: tuple[int, Match]) -> int:
    return root[0]
