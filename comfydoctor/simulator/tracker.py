"""``progress_state`` and ``progress``: how far each node of a job is."""

from typing import Any

from comfydoctor.simulator.hub import Hub


class Tracker:
    """The nodes begun so far; nodes that wait are not listed.

    What it sends goes to the owner, and to everybody when the job has none.
    """

    def __init__(self, hub: Hub, prompt_id: str) -> None:
        self._hub = hub
        self._id = prompt_id
        self._nodes: dict[str, dict[str, Any]] = {}

    def start(self, node: str, parent: str | None = None) -> None:
        self._nodes[node] = {
            "value": 0.0,
            "max": 1.0,
            "state": "running",
            "node_id": node,
            "prompt_id": self._id,
            "display_node_id": parent or node,
            "parent_node_id": parent,
            "real_node_id": parent or node,
        }
        self._tell()

    def step(self, node: str, value: int, most: int) -> None:
        """A progress bar moved on."""
        self._nodes[node] |= {"value": value, "max": most}
        self._tell()
        data = {"value": value, "max": most, "prompt_id": self._id, "node": node}
        self._hub.send("progress", data, self._hub.owner)

    def finish(self, node: str) -> None:
        """The node is done, or was served from the cache."""
        if node not in self._nodes:
            self._nodes[node] = {"value": 1, "max": 1, "state": "finished"}
            self._nodes[node] |= {
                "node_id": node,
                "prompt_id": self._id,
                "display_node_id": node,
                "parent_node_id": None,
                "real_node_id": node,
            }
        entry = self._nodes[node]
        entry |= {"state": "finished", "value": entry["max"]}
        self._tell()

    def _tell(self) -> None:
        data = {
            "prompt_id": self._id,
            "nodes": {node: dict(entry) for node, entry in self._nodes.items()},
        }
        self._hub.send("progress_state", data, self._hub.owner)
