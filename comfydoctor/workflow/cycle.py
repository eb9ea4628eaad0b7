"""Circles in a graph."""

from collections.abc import Mapping, Sequence


def find_cycle(sources: Mapping[str, Sequence[str]]) -> list[str]:
    """Nodes of one circle, each waiting for the next; empty when there is none.

    ``sources`` names for each node those it waits for, all of them keys too.
    """
    left = _without_easy(sources)
    waits = {name: sum(each in left for each in sources[name]) for name in left}
    followers: dict[str, list[str]] = {name: [] for name in left}
    for name in left:
        for source in sources[name]:
            if source in left:
                followers[source].append(name)
    ready = [name for name, count in waits.items() if not count]
    while ready:
        left.discard(name := ready.pop())
        for follower in followers[name]:
            waits[follower] -= 1
            if not waits[follower]:
                ready.append(follower)
    return _walk(sources, left) if left else []


def _without_easy(sources: Mapping[str, Sequence[str]]) -> set[str]:
    """The nodes left when each that waits for earlier ones only is taken away.

    Files mostly list what is waited for first, so nearly nothing is left.
    """
    done: set[str] = set()
    left: set[str] = set()
    for name, those in sources.items():
        (done if done.issuperset(those) else left).add(name)
    return left


def _walk(sources: Mapping[str, Sequence[str]], left: set[str]) -> list[str]:
    """From source to source among what is left, until one comes again."""
    place: dict[str, int] = {}
    name = min(left)
    while name not in place:
        place[name] = len(place)
        name = min(source for source in sources[name] if source in left)
    return list(place)[place[name] :]
