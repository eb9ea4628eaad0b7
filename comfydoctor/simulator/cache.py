"""Results of nodes kept from job to job."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha1
from typing import Any

from comfydoctor.simulator.nodes.nodeclass import NodeClass
from comfydoctor.simulator.nodes.work import Outcome
from comfydoctor.simulator.problem import is_link

MOST = 400


@dataclass(frozen=True)
class Keys:
    """The cache key of every node of a graph; it covers all that leads to it."""

    by_node: dict[str, str]
    warnings: tuple[str, ...]
    """What IS_CHANGED raised; such a node runs every time."""


class Cache:
    """The classic cache forgets what the last job did not use; since 0.23.0 the
    one by RAM pressure keeps it."""  # noqa: D205, D209

    def __init__(self, keeps_unused: bool) -> None:
        self._kept: dict[str, Outcome] = {}
        self._keeps_unused = keeps_unused
        self._fresh = 0

    def keys(self, graph: Mapping[str, Any], classes: Mapping[str, NodeClass]) -> Keys:
        """Work out all keys, asking IS_CHANGED once each."""
        changed: dict[str, str] = {}
        warnings: list[str] = []
        for node, body in graph.items():
            changed[node] = self._changed(classes[body["class_type"]], warnings)
        by_node: dict[str, str] = {}
        for node in graph:
            _key(node, graph, changed, by_node)
        return Keys(by_node, tuple(warnings))

    def _changed(self, kind: NodeClass, warnings: list[str]) -> str:
        if kind.changed is None:
            return ""
        try:
            kind.changed()
        except RuntimeError as error:
            warnings.append(f"WARNING: {error}")
        self._fresh += 1
        return str(self._fresh)

    def get(self, key: str) -> Outcome | None:
        return self._kept.get(key)

    def put(self, key: str, outcome: Outcome) -> None:
        self._kept[key] = outcome

    def tidy(self, used: set[str]) -> None:
        """Forget what need not be kept."""
        if not self._keeps_unused:
            self._kept = {key: each for key, each in self._kept.items() if key in used}
        while len(self._kept) > MOST:
            self._kept.pop(next(iter(self._kept)))

    def clear(self) -> None:
        self._kept.clear()


def _key(
    node: str,
    graph: Mapping[str, Any],
    changed: Mapping[str, str],
    done: dict[str, str],
) -> str:
    if node in done:
        return done[node]
    body = graph[node]
    parts = [body["class_type"], changed[node]]
    for name in sorted(body["inputs"]):
        value = body["inputs"][name]
        if is_link(value) and value[0] in graph:
            value = (_key(value[0], graph, changed, done), value[1])
        parts.append(f"{name}={value!r}")
    digest = sha1("\n".join(parts).encode(), usedforsecurity=False).hexdigest()
    done[node] = digest
    return digest
