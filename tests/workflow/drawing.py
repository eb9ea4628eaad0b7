"""Draws workflows in the UI form, as the browser saves them."""

import itertools
from typing import Any


class Drawing:
    """One canvas; ``subgraph`` makes another one inside."""

    def __init__(self) -> None:
        self.nodes: list[dict[str, Any]] = []
        self.links: list[list[Any]] = []
        self.subgraphs: list[dict[str, Any]] = []
        self.extra: dict[str, Any] = {}
        self._ids = itertools.count(1)

    def node(
        self,
        kind: str,
        inputs: dict[str, tuple[int, int, str] | None] | None = None,
        outputs: tuple[str, ...] = (),
        values: Any = (),
        **more: Any,
    ) -> int:
        """A node; ``inputs`` by name: (source node, output, type) or None."""
        own = more.pop("id", len(self.nodes) + 1)
        slots = []
        for place, (name, source) in enumerate((inputs or {}).items()):
            slot: dict[str, Any] = {"name": name, "type": "*", "link": None}
            if source is not None:
                slot["type"] = source[2]
                slot["link"] = self.wire(source[0], source[1], own, place, source[2])
            slots.append(slot)
        node = {
            "id": own,
            "type": kind,
            "mode": 0,
            "inputs": slots,
            "outputs": [{"name": o, "type": o, "links": []} for o in outputs],
            "properties": {},
            "widgets_values": list(values) if isinstance(values, tuple) else values,
            **more,
        }
        self.nodes.append(node)
        return int(own)

    def wire(self, source: int, out: int, target: int, slot: int, kind: str) -> int:
        """A connection; returns its number."""
        number = next(self._ids)
        self.links.append([number, source, out, target, slot, kind])
        return number

    def subgraph(
        self,
        kind: str,
        inner: "Drawing",
        inputs: tuple[str, ...] = (),
        outputs: tuple[str, ...] = (),
    ) -> None:
        """Keep ``inner`` as the subgraph that nodes of type ``kind`` stand for."""
        keys = ("id", "origin_id", "origin_slot", "target_id", "target_slot", "type")
        self.subgraphs += [
            {
                "id": kind,
                "name": f"Sub {kind}",
                "inputNode": {"id": -10},
                "outputNode": {"id": -20},
                "inputs": [{"name": name, "type": "*"} for name in inputs],
                "outputs": [{"name": name, "type": "*"} for name in outputs],
                "nodes": inner.nodes,
                "links": [dict(zip(keys, link, strict=True)) for link in inner.links],
            },
            *inner.subgraphs,
        ]

    def workflow(self) -> dict[str, Any]:
        """What the file holds."""
        return {
            "id": "0f",
            "version": 0.4,
            "nodes": self.nodes,
            "links": self.links,
            "extra": self.extra,
            "definitions": {"subgraphs": self.subgraphs},
        }
