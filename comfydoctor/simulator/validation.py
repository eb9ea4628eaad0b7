"""Checks a posted graph and answers with ComfyUI's node_errors."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from comfydoctor.simulator.disk import Disk
from comfydoctor.simulator.nodes.nodeclass import Input, NodeClass
from comfydoctor.simulator.problem import (
    Problem,
    check_choice,
    is_link,
    missing_input,
    no_such_class,
    not_converted,
    problem,
    raised,
    words,
)
from comfydoctor.simulator.version import Version

Graph = dict[str, Any]
CONVERTED = {"INT": int, "FLOAT": float, "STRING": str, "BOOLEAN": bool}


@dataclass
class Verdict:
    """What ``POST /prompt`` is told."""

    error: dict[str, Any] | None = None
    outputs: list[str] = field(default_factory=list)
    node_errors: dict[str, Any] = field(default_factory=dict)
    console: list[str] = field(default_factory=list)
    """Lines at level ERROR."""


class _OldCycle(Exception):
    """A cycle before 0.20.0: refused without a word of why."""


class Validator:
    """Validates one graph; holds what was found on the way."""

    def __init__(
        self,
        graph: Graph,
        classes: Mapping[str, NodeClass],
        version: Version,
        disk: Disk,
    ) -> None:
        self._graph = graph
        self._classes = classes
        self._version = version
        self._disk = disk
        self._seen: dict[str, list[Problem]] = {}
        self._visiting: list[str] = []

    def verdict(self, targets: list[str] | None) -> Verdict:
        """Check all output nodes, or the wanted ones."""
        missing = self._missing_class()
        if missing is not None:
            return Verdict(missing)
        outputs = [
            node
            for node, body in self._graph.items()
            if self._classes[body["class_type"]].output_node
            and (targets is None or node in targets)
        ]
        if not outputs:
            return Verdict(problem("prompt_no_outputs", "Prompt has no outputs"))
        return self._check_outputs(outputs)

    def _missing_class(self) -> Problem | None:
        for node, body in self._graph.items():
            if not self._version.since(0, 12) and "class_type" not in body:
                return no_such_class(self._version, node, None, None)
            title = body.get("_meta", {}).get("title")
            kind = body.get("class_type")
            if kind is None or kind not in self._classes:
                return no_such_class(self._version, node, kind, title)
        return None

    def _check_outputs(self, outputs: list[str]) -> Verdict:
        verdict = Verdict()
        first_words: list[str] = []
        for output in outputs:
            own = self._check_output(output)
            if own and not own[0]["type"]:
                failed_at = f"Failed to validate prompt for output {output}:"
                verdict.console += [failed_at, "Output will be ignored"]
                continue
            failed = {node for node, found in self._seen.items() if found}
            reached = _reached(self._graph, output)
            bad = [node for node in self._seen if node in failed and node in reached]
            if not own and not bad:
                verdict.outputs.append(output)
                continue
            self._note(verdict, output, own, bad)
            first_words += [words(each) for each in own]
        if not verdict.outputs:
            verdict.error = problem(
                "prompt_outputs_failed_validation",
                "Prompt outputs failed validation",
                "\n".join(first_words),
            )
        return verdict

    def _check_output(self, output: str) -> list[Problem]:
        self._visiting = []
        try:
            return self._check_node(output)
        except _OldCycle:
            return [problem("", "")]
        except Exception as error:  # noqa: BLE001 - any mistake in a graph ends here
            found = [raised(error, "exception_during_validation", {})]
            self._seen[output] = found
            return found

    def _note(
        self, verdict: Verdict, output: str, own: list[Problem], bad: list[str]
    ) -> None:
        lines = [f"Failed to validate prompt for output {output}:"]
        if own:
            lines += ["* (prompt):", *(f"  - {words(each)}" for each in own)]
        for node in bad:
            kind = self._graph[node]["class_type"]
            entry = verdict.node_errors.setdefault(
                node,
                {
                    "errors": self._seen[node],
                    "dependent_outputs": [],
                    "class_type": kind,
                },
            )
            entry["dependent_outputs"].append(output)
            lines.append(f"* {kind} {node}:")
            lines += [f"  - {words(each)}" for each in self._seen[node]]
        verdict.console += [*lines, "Output will be ignored"]

    def _check_node(self, node: str) -> list[Problem]:
        if node in self._seen:
            return self._seen[node]
        self._visiting.append(node)
        body = self._graph[node]
        kind = self._classes[body["class_type"]]
        given = body["inputs"]
        found: list[Problem] = []
        for name, wanted in kind.inputs.items():
            if name not in given:
                if name in kind.required:
                    found.append(missing_input(name))
                continue
            found += self._check_input(node, kind, name, wanted)
        found += self._own_check(kind, given)
        self._seen.setdefault(node, found)
        self._visiting.pop()
        return self._seen[node]

    def _check_input(
        self, node: str, kind: NodeClass, name: str, wanted: Input
    ) -> list[Problem]:
        value = self._graph[node]["inputs"][name]
        if isinstance(value, list):
            return self._check_link(name, wanted, value)
        return self._check_value(node, kind, name, wanted, value)

    def _check_link(self, name: str, wanted: Input, value: list[Any]) -> list[Problem]:
        config = wanted.spec(self._disk)
        about = {"input_name": name, "input_config": config}
        if len(value) != 2:
            text = "Bad linked input, must be a length-2 list of [node_id, slot_index]"
            extra = {**about, "received_value": value}
            return [problem("bad_linked_input", text, name, extra)]
        source = value[0]
        if source in self._visiting:
            return self._cycle(source)
        received = self._received_type(value)
        if received not in {wanted.type, "*"} and wanted.type != "*":
            details = f"{name}, received_type({received}) mismatch"
            details += f" input_type({wanted.type})"
            extra = {**about, "received_type": received, "linked_node": value}
            text = "Return type mismatch between linked nodes"
            return [problem("return_type_mismatch", text, details, extra)]
        self._check_inner(source, value, about)
        return []

    def _received_type(self, value: list[Any]) -> str:
        kind = self._classes[self._graph[value[0]]["class_type"]]
        outputs = kind.outputs_in(self._version)
        index: int = value[1]
        return outputs[index]

    def _check_inner(self, source: str, value: list[Any], about: Problem) -> None:
        depth = len(self._visiting)
        try:
            self._check_node(source)
        except _OldCycle:
            raise
        except Exception as error:  # noqa: BLE001 - any mistake in a graph ends here
            del self._visiting[depth:]
            extra = {**about, "linked_node": value}
            kind = "exception_during_inner_validation"
            self._seen[source] = [raised(error, kind, extra)]

    def _cycle(self, source: str) -> list[Problem]:
        nodes = self._visiting[self._visiting.index(source) :]
        if not self._version.since(0, 20):
            raise _OldCycle
        way = [f"{node} ({self._graph[node]['class_type']})" for node in nodes]
        details = " -> ".join([*way, way[0]])
        for node in nodes:
            extra = {"node_id": node, "cycle_nodes": nodes}
            self._seen[node] = [
                problem("dependency_cycle", "Dependency cycle detected", details, extra)
            ]
        return []

    def _check_value(
        self, node: str, kind: NodeClass, name: str, wanted: Input, value: Any
    ) -> list[Problem]:
        config = wanted.spec(self._disk)
        if isinstance(value, dict) and "__value__" in value:
            value = self._graph[node]["inputs"][name] = value["__value__"]
        about = {"input_name": name, "input_config": config, "received_value": value}
        convert = CONVERTED.get(wanted.type)
        if convert is not None:
            try:
                value = convert(value)
            except (ValueError, TypeError) as error:
                return [not_converted(wanted.type, name, value, about, str(error))]
            self._graph[node]["inputs"][name] = value
        if name in kind.checked:
            return []
        return self._check_range(kind, name, wanted, value, about)

    def _check_range(
        self, kind: NodeClass, name: str, wanted: Input, value: Any, about: Problem
    ) -> list[Problem]:
        low, high = wanted.options.get("min"), wanted.options.get("max")
        if low is not None and value < low:
            text = f"Value {value} smaller than min of {low}"
            return [problem("value_smaller_than_min", text, name, about)]
        if high is not None and value > high:
            text = f"Value {value} bigger than max of {high}"
            return [problem("value_bigger_than_max", text, name, about)]
        unchecked = kind.v3 and not self._version.since(0, 8)
        if wanted.choices is None or unchecked:
            return []
        return check_choice(name, value, wanted.listed(self._disk), about)

    def _own_check(self, kind: NodeClass, given: Mapping[str, Any]) -> list[Problem]:
        if kind.check is None:
            return []
        answer = kind.check(given, self._disk)
        if answer is True:
            return []
        name = kind.checked[0]
        details = name if answer is False else f"{name} - {answer}"
        text = "Custom validation failed for node"
        extra = {"input_name": name}
        return [problem("custom_validation_failed", text, details, extra)]


def _reached(graph: Graph, output: str) -> set[str]:
    reached, left = set(), [output]
    while left:
        node = left.pop()
        if node in reached:
            continue
        reached.add(node)
        inputs = (graph.get(node) or {}).get("inputs") or {}
        left += [value[0] for value in inputs.values() if is_link(value)]
    return reached
