"""Runs one job: node after node, with the events and log lines of ComfyUI."""

import asyncio
from collections.abc import Mapping
from typing import Any

from comfydoctor.simulator.cache import Cache
from comfydoctor.simulator.failure import Interrupted, NodeFailed
from comfydoctor.simulator.jobqueue import Item
from comfydoctor.simulator.nodes.nodeclass import NodeClass
from comfydoctor.simulator.nodes.work import Machine, Outcome, Work
from comfydoctor.simulator.order import Order
from comfydoctor.simulator.problem import is_link
from comfydoctor.simulator.report import Report, Result
from comfydoctor.simulator.tracker import Tracker
from comfydoctor.simulator.values import Blocked


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
        self._got: dict[str, Outcome] = {}
        self._tracker = Tracker(machine.hub, self._id)
        self._report = Report(machine, self._id, self._graph)

    async def run(self) -> Result:
        """Run it; failures and interruptions end in the result, not here."""
        machine = self._machine
        machine.interrupted = False
        machine.hub.owner = self._extra.get("client_id")
        self._report.message("execution_start", {"prompt_id": self._id})
        keys = self._cache.keys(self._graph, self._classes)
        for warning in keys.warnings:
            machine.console.warning(warning)
        self._keys = keys.by_node
        self._take_cached()
        try:
            await self._run_nodes()
            self._report.message("execution_success", {"prompt_id": self._id})
        except NodeFailed:
            self._report.result.success = False
        except Interrupted:
            self._report.result.success = False
        self._cache.tidy(set(self._keys.values()))
        machine.vram.release()
        machine.card.work(0.0)
        return self._report.result

    def _take_cached(self) -> None:
        for node in self._graph:
            known = self._cache.get(self._keys[node])
            if known is not None:
                self._got[node] = known
        cached = {"nodes": list(self._got), "prompt_id": self._id}
        self._report.message("execution_cached", cached)

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
        self._report.show(node, self._got[node])
        self._tracker.finish(node)

    async def _run_node(self, node: str) -> None:
        kind = self._classes[self._graph[node]["class_type"]]
        self._tracker.start(node)
        self._report.executing(node, node)
        inputs = self._inputs(node)
        blocked = [value for value in inputs.values() if isinstance(value, Blocked)]
        try:
            if blocked:
                outcome = self._block(node, kind, blocked[0])
            else:
                outcome = await self._call(node, kind, inputs)
        except NodeFailed as failure:
            if failure.current_inputs is None:
                failure.current_inputs = {**inputs, **self._hidden(kind, node)}
            self._report.failure(node, kind, failure)
            raise
        except Interrupted:
            self._report.interruption(node, kind)
            raise
        self._keep(node, outcome)

    def _keep(self, node: str, outcome: Outcome) -> None:
        self._got[node] = outcome
        self._cache.put(self._keys[node], outcome)
        self._report.show(node, outcome)
        self._tracker.finish(node)
        self._report.executed.append(node)

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
        self._report.executing(inner, node)
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
            self._report.blocked(node, kind, block.message)
        return Outcome(tuple(Blocked(None) for _ in kind.outputs))
