"""What is told of a job: events to its owner, lines in the console, its history."""

from dataclasses import dataclass, field
from typing import Any

from comfydoctor.simulator.failure import TIP, NodeFailed, shown, traceback
from comfydoctor.simulator.nodes.nodeclass import NodeClass
from comfydoctor.simulator.nodes.work import Machine, Outcome

CLIP_TIP = (
    'TIPS: If you have any "Load CLIP" or "*CLIP Loader" nodes in your workflow'
    " connected to this sampler node make sure the correct file(s) and type is"
    " selected."
)


@dataclass
class Result:
    """What goes into the history."""

    outputs: dict[str, Any] = field(default_factory=dict)
    meta: dict[str, Any] = field(default_factory=dict)
    messages: list[list[Any]] = field(default_factory=list)
    success: bool = True

    def status(self) -> dict[str, Any]:
        return {
            "status_str": "success" if self.success else "error",
            "completed": self.success,
            "messages": self.messages,
        }


class Report:
    """Of one job; keeps what goes into the history."""

    def __init__(self, machine: Machine, prompt_id: str, graph: dict[str, Any]) -> None:
        self._machine = machine
        self._id = prompt_id
        self._graph = graph
        self.executed: list[str] = []
        self.result = Result()

    def show(self, node: str, outcome: Outcome) -> None:
        """A node gave something for the person to see."""
        if outcome.ui is None:
            return
        about = {"node_id": node, "display_node": node, "parent_node": None}
        self.result.outputs[node] = outcome.ui
        self.result.meta[node] = {**about, "real_node_id": node}
        data = {"node": node, "display_node": node, "output": outcome.ui}
        self._send("executed", {**data, "prompt_id": self._id})

    def blocked(self, node: str, kind: NodeClass, message: str) -> None:
        """An output was blocked on purpose: an error event of a job that succeeds."""
        data = self._error_data(node, kind, "ExecutionBlocked")
        data["exception_message"] = f"Execution Blocked: {message}"
        self._send("execution_error", data)

    def _error_data(self, node: str, kind: NodeClass, error: str) -> dict[str, Any]:
        return {
            "prompt_id": self._id,
            "node_id": node,
            "node_type": kind.name,
            "executed": list(self.executed),
            "exception_message": "",
            "exception_type": error,
            "traceback": [],
            "current_inputs": [],
            "current_outputs": [],
        }

    def failure(self, node: str, kind: NodeClass, failure: NodeFailed) -> None:
        """A node raised: console first, then the event."""
        self._print_failure(failure)
        data = self._error_data(node, kind, failure.type)
        inputs = {} if failure.from_async else failure.current_inputs or {}
        data |= {
            "exception_message": failure.message + "\n" + self._tip(kind, failure),
            "traceback": traceback(self._machine.version, failure),
            "current_inputs": {name: [_plain(inputs[name])] for name in inputs},
            "current_outputs": list(self._graph),
        }
        self.message("execution_error", data)

    def _tip(self, kind: NodeClass, failure: NodeFailed) -> str:
        if failure.out_of_memory:
            return TIP
        shapes = failure.message.startswith("mat1 and mat2 shapes")
        if shapes and kind.name == "KSampler" and self._machine.version.since(0, 14):
            return f"\n\n{CLIP_TIP}"
        return ""

    def _print_failure(self, failure: NodeFailed) -> None:
        machine = self._machine
        console = machine.console
        console.error(f"!!! Exception during processing !!! {failure.message}")
        console.error(shown(machine.version, failure))
        if not failure.out_of_memory:
            return
        if machine.version.since(0, 8):
            console.info(f"Memory summary: {machine.vram.summary()}")
        console.error("Got an OOM, unloading all loaded models.")
        machine.vram.unload_all()

    def interruption(self, node: str, kind: NodeClass) -> None:
        """The job was stopped at this node."""
        self._machine.console.info("Processing interrupted")
        data = {
            "prompt_id": self._id,
            "node_id": node,
            "node_type": kind.name,
            "executed": list(self.executed),
        }
        self.message("execution_interrupted", data, everybody=True)

    def message(
        self, event: str, data: dict[str, Any], *, everybody: bool = False
    ) -> None:
        """Sent and kept in the history, with a time stamp."""
        stamped = {**data, "timestamp": self._machine.pace.milliseconds()}
        self.result.messages.append([event, stamped])
        if everybody and self._machine.hub.owner is None:
            self._machine.hub.send(event, stamped)
        else:
            self._send(event, stamped)

    def _send(self, event: str, data: dict[str, Any]) -> None:
        """To the owner alone; nobody hears of a job without one."""
        if self._machine.hub.owner is not None:
            self._machine.hub.send(event, data, self._machine.hub.owner)

    def executing(self, node: str, display: str) -> None:
        """A node begins; ``display`` is the one that the person sees."""
        self._machine.hub.last_node = node
        data = {"node": node, "display_node": display, "prompt_id": self._id}
        self._send("executing", data)


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, int | float | bool | str):
        return value
    return str(value)
