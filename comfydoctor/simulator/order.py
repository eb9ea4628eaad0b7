"""In which order the nodes of a graph run."""

from collections.abc import Callable, Mapping
from typing import Any

from comfydoctor.simulator.problem import is_link


class Order:
    """Nodes that still have to run, each with what it waits for.

    Outputs are begun with and their sources followed to those that are cached.
    Of several that are ready, an output or an async node is taken first, then one
    that leads straight to an output (comfy_execution/graph.py).
    """

    def __init__(
        self,
        graph: Mapping[str, Any],
        outputs: list[str],
        is_cached: Callable[[str], bool],
        is_eager: Callable[[str], bool],
    ) -> None:
        self._graph = graph
        self._eager = is_eager
        self.waits: dict[str, set[str]] = {}
        for output in outputs:
            self._add(output, is_cached)

    def _add(self, output: str, is_cached: Callable[[str], bool]) -> None:
        left = [output]
        while left:
            node = left.pop()
            if node in self.waits:
                continue
            sources = [source for source in self.sources(node) if not is_cached(source)]
            self.waits[node] = set(sources)
            left += sources

    def sources(self, node: str) -> list[str]:
        """The nodes whose outputs this one takes."""
        inputs = self._graph[node]["inputs"].values()
        return [value[0] for value in inputs if is_link(value)]

    def __bool__(self) -> bool:
        return bool(self.waits)

    def pick(self) -> str:
        """The node to run now."""
        ready = [node for node, waits in self.waits.items() if not waits]
        for depth in range(3):
            for node in ready:
                if self._leads(node, depth):
                    return node
        return ready[0]

    def _leads(self, node: str, depth: int) -> bool:
        if not depth:
            return self._eager(node)
        followers = [other for other, waits in self.waits.items() if node in waits]
        return any(self._leads(other, depth - 1) for other in followers)

    def finish(self, node: str) -> None:
        """The node has run: those behind it wait for one less."""
        del self.waits[node]
        for waits in self.waits.values():
            waits.discard(node)
