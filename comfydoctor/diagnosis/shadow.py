"""Which matches are consequences, or weaker readings, of others nearby."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable

from comfydoctor.diagnosis.rules import Match

NEARBY = 150
"""Lines within which a root explains its consequences."""


class Shadow:
    """Knows what the matches of a text hide of one another."""

    def __init__(self, matches: Iterable[Match]) -> None:
        roots: dict[str, list[tuple[int, str]]] = defaultdict(list)
        self._told: set[str] = set()
        """Packs that something more than "it did not load" is known about."""
        for match in matches:
            pack = match.values.get("pack", "")
            for hidden in match.cause.supersedes:
                roots[hidden].append((match.index, pack))
            if pack and not match.cause.gives_way:
                self._told.add(pack)
        self._roots = {cause: sorted(places) for cause, places in roots.items()}

    def covers(self, match: Match) -> bool:
        """Whether another match says more about the same trouble."""
        pack = match.values.get("pack", "")
        if match.cause.gives_way:
            return pack in self._told
        places = self._roots.get(match.cause.id, [])
        first = bisect_left(places, (match.index - NEARBY, ""))
        last = bisect_right(places, (match.index + NEARBY, "\uffff"))
        return any(
            not pack or not other or pack == other for _, other in places[first:last]
        )
