"""Runs one job: node after node, with the events and log lines of ComfyUI."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from comfydoctor.simulator.cache import Cache
from comfydoctor.simulator.failure import (
    TIP,
    Interrupted,
    NodeFailed,
    shown,
    traceback,
)
from comfydoctor.simulator.jobqueue import Item
from comfydoctor.simulator.nodes.nodeclass import NodeClass
from comfydoctor.simulator.nodes.work import Machine, Outcome, Work
from comfydoctor.simulator.order import Order
from comfydoctor.simulator.tracker import Tracker
from comfydoctor.simulator.validation import is_link
from comfydoctor.simulator.values import Blocked

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


class Execution:
    """One job from ``execution_start`` to its end."""

    def __init__(
        self,
        machine: Machine,
        classes: Mapping[str, NodeClass],
        cache: Cache,
        item: Item,
    ) -> None:
        self._machine = machine
        self._classes = classes
        self._cache = cache
        self._id, self._graph, self._extra = item[1], item[2], item[3]
        self._outputs: list[str] = item[4]
        self._executed: list[str] = []
        self._got: dict[str, Outcome] = {}
        self._tracker = Tracker(machine.hub, self._id)
        self.result = Result()

    async def run(self) -> Result:
        """Run it; failures and interruptions end in the result, not here."""
        machine = self._machine
        machine.interrupted = False
        machine.hub.owner = self._extra.get("client_id")
        self._message("execution_start", {"prompt_id": self._id})
        keys = self._cache.keys(self._graph, self._classes)
        for warning in keys.warnings:
            machine.console.warning(warning)
        self._keys = keys.by_node
        self._take_cached()
        try:
            await self._run_nodes()
            self._message("execution_success", {"prompt_id": self._id})
        except NodeFailed:
            self.result.success = False
        except Interrupted:
            self.result.success = False
        self._cache.tidy(set(self._keys.values()))
        machine.vram.release()
        machine.card.work(0.0)
        return self.result

    def _take_cached(self) -> None:
        for node in self._graph:
            known = self._cache.get(self._keys[node])
            if known is not None:
                self._got[node] = known
        cached = {"nodes": list(self._got), "prompt_id": self._id}
        self._message("execution_cached", cached)

    async def _run_nodes(self) -> None:
        order = Order(
            self._graph,
            self._outputs,
            lambda node: node in self._got,
            self._is_eager,
        )
        while order:
            node = order.pick()
            await asyncio.sleep(0)
            if node in self._got:
                self._show_cached(node)
            else:
                await self._run_node(node)
            order.finish(node)

    def _is_eager(self, node: str) -> bool:
        kind = self._classes[self._graph[node]["class_type"]]
        return kind.output_node or kind.is_async

    def _show_cached(self, node: str) -> None:
        self._show(node, self._got[node])
        self._tracker.finish(node)

    async def _run_node(self, node: str) -> None:
        kind = self._classes[self._graph[node]["class_type"]]
        self._tracker.start(node)
        self._executing(node, node)
        inputs = self._inputs(node)
        blocked = [value for value in inputs.values() if isinstance(value, Blocked)]
        try:
            if blocked:
                outcome = self._block(node, kind, blocked[0])
            else:
                outcome = await self._call(node, kind, inputs)
        except NodeFailed as failure:
            self._fail(node, kind, failure, inputs)
            raise
        except Interrupted:
            self._interrupt(node, kind)
            raise
        self._keep(node, outcome)

    def _keep(self, node: str, outcome: Outcome) -> None:
        self._got[node] = outcome
        self._cache.put(self._keys[node], outcome)
        self._show(node, outcome)
        self._tracker.finish(node)
        self._executed.append(node)

    async def _call(
        self, node: str, kind: NodeClass, inputs: dict[str, Any]
    ) -> Outcome:
        work = Work(
            self._machine,
            node,
            inputs,
            self._keys[node.split(".")[0]],
            self._hidden(kind, node),
            lambda value, most: self._tracker.step(node, value, most),
            previews=self._wants_previews(),
        )
        work.check()
        outcome = await kind.run(work)
        if outcome.expand is not None:
            outcome = await self._call_inner(node, *outcome.expand)
        return outcome

    def _wants_previews(self) -> bool:
        """Since 0.5.0 a job may ask for them."""
        asked = self._extra.get("preview_method") not in {None, "none", "default"}
        return asked and self._machine.version.since(0, 5)

    async def _call_inner(
        self, node: str, class_name: str, inputs: dict[str, Any]
    ) -> Outcome:
        """A node inside another: its own id, but errors name the outer one."""
        inner = f"{node}.0.0.1"
        self._tracker.start(inner, parent=node)
        self._executing(inner, node)
        try:
            outcome = await self._call(inner, self._classes[class_name], inputs)
        except NodeFailed as failure:
            failure.current_inputs = inputs
            raise
        self._tracker.finish(inner)
        return outcome

    def _hidden(self, kind: NodeClass, node: str) -> dict[str, Any]:
        png_info = self._extra.get("extra_pnginfo")
        known = {
            "PROMPT": self._graph,
            "EXTRA_PNGINFO": png_info,
            "UNIQUE_ID": node,
        }
        return {name: known.get(what) for name, what in kind.hidden.items()}

    def _inputs(self, node: str) -> dict[str, Any]:
        inputs = {}
        for name, value in self._graph[node]["inputs"].items():
            inputs[name] = self._resolve(value) if is_link(value) else value
        return inputs

    def _resolve(self, value: list[Any]) -> Any:
        outcome = self._got[value[0]]
        if value[1] < len(outcome.values):
            return outcome.values[value[1]]
        return Blocked(None)

    def _block(self, node: str, kind: NodeClass, block: Blocked) -> Outcome:
        if block.message is not None:
            data = self._error_data(node, kind, "ExecutionBlocked")
            data["exception_message"] = f"Execution Blocked: {block.message}"
            self._send("execution_error", data)
        return Outcome(tuple(Blocked(None) for _ in kind.outputs))

    def _show(self, node: str, outcome: Outcome) -> None:
        if outcome.ui is None:
            return
        about = {"node_id": node, "display_node": node, "parent_node": None}
        self.result.outputs[node] = outcome.ui
        self.result.meta[node] = {**about, "real_node_id": node}
        data = {"node": node, "display_node": node, "output": outcome.ui}
        self._send("executed", {**data, "prompt_id": self._id})

    def _error_data(self, node: str, kind: NodeClass, error: str) -> dict[str, Any]:
        return {
            "prompt_id": self._id,
            "node_id": node,
            "node_type": kind.name,
            "executed": list(self._executed),
            "exception_message": "",
            "exception_type": error,
            "traceback": [],
            "current_inputs": [],
            "current_outputs": [],
        }

    def _fail(
        self, node: str, kind: NodeClass, failure: NodeFailed, inputs: dict[str, Any]
    ) -> None:
        self._print_failure(failure)
        data = self._error_data(node, kind, failure.type)
        shown_inputs = failure.current_inputs or {**inputs, **self._hidden(kind, node)}
        if failure.from_async:
            shown_inputs = {}
        data |= {
            "exception_message": failure.message + "\n" + self._tip(kind, failure),
            "traceback": traceback(self._machine.version, failure),
            "current_inputs": {
                name: [_plain(value)] for name, value in shown_inputs.items()
            },
            "current_outputs": list(self._graph),
        }
        self._message("execution_error", data)

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

    def _interrupt(self, node: str, kind: NodeClass) -> None:
        self._machine.console.info("Processing interrupted")
        data = {
            "prompt_id": self._id,
            "node_id": node,
            "node_type": kind.name,
            "executed": list(self._executed),
        }
        self._message("execution_interrupted", data, everybody=True)

    def _message(
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

    def _executing(self, node: str, display: str) -> None:
        self._machine.hub.last_node = node
        data = {"node": node, "display_node": display, "prompt_id": self._id}
        self._send("executing", data)


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, int | float | bool | str):
        return value
    return str(value)
