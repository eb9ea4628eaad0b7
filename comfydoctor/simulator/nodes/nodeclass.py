"""What a node class is: its inputs and outputs, and what it does when it runs."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from comfydoctor.simulator.disk import Disk
from comfydoctor.simulator.nodes.work import Outcome, Work
from comfydoctor.simulator.version import Version

Run = Callable[[Work], Awaitable[Outcome]]


@dataclass(frozen=True)
class Files:
    """A choice among the model files of a folder, as they are now."""

    folder: str


@dataclass(frozen=True)
class Input:
    """One input; ``type`` is COMBO where ``choices`` are given."""

    type: str
    options: Mapping[str, Any] = field(default_factory=dict)
    choices: tuple[str, ...] | Files | None = None
    v3: bool = False

    def listed(self, disk: Disk) -> list[str]:
        """What may be chosen now."""
        if isinstance(self.choices, Files):
            return disk.names(self.choices.folder)
        return list(self.choices or ())

    def spec(self, disk: Disk) -> list[Any]:
        """As /object_info and ``input_config`` give it."""
        if self.choices is None:
            return [self.type, dict(self.options)]
        if self.v3:
            return ["COMBO", {**self.options, "options": self.listed(disk)}]
        return [self.listed(disk), dict(self.options)]


@dataclass(frozen=True)
class NodeClass:
    """One class of nodes."""

    name: str
    run: Run
    required: Mapping[str, Input] = field(default_factory=dict)
    optional: Mapping[str, Input] = field(default_factory=dict)
    hidden: Mapping[str, str] = field(default_factory=dict)
    outputs: tuple[str, ...] = ()
    outputs_since: tuple[int, ...] = ()
    """The version that brought the outputs; none before."""
    display: str = ""
    description: str = ""
    category: str = ""
    module: str = "nodes"
    output_node: bool = False
    is_async: bool = False
    v3: bool = False
    api_node: bool = False
    checked: tuple[str, ...] = ()
    """Inputs that its own validation looks at."""
    check: Callable[[Mapping[str, Any], Disk], bool | str] | None = None
    changed: Callable[[], object] | None = None
    """IS_CHANGED; what it returns is part of the cache key, it may raise."""

    @property
    def inputs(self) -> dict[str, Input]:
        return {**self.required, **self.optional}

    def outputs_in(self, version: Version) -> tuple[str, ...]:
        return self.outputs if version.since(*self.outputs_since) else ()

    def info(self, version: Version, disk: Disk) -> dict[str, Any]:
        """One value of ``GET /object_info``."""
        answer: dict[str, Any] = {
            "input": self._input_info(disk),
            "input_order": self._order(),
        }
        newer = version.since(0, 33)
        if newer:
            answer["is_input_list"] = False
        outputs = self.outputs_in(version)
        answer |= {
            "output": list(outputs),
            "output_is_list": [False] * len(outputs),
            "output_name": list(outputs),
        }
        if self.v3 and newer:
            answer["output_matchtypes"] = None
        answer |= {
            "name": self.name,
            "display_name": self.display or self.name,
            "description": self.description,
            "python_module": self.module,
            "category": self.category,
            "output_node": self.output_node,
        }
        return answer | self._extras(newer)

    def _extras(self, newer: bool) -> dict[str, Any]:
        extras: dict[str, Any] = {}
        if self.v3:
            extras = {"deprecated": False, "experimental": False}
            extras |= {"dev_only": False} if newer else {}
            extras["api_node"] = self.api_node
        if newer:
            extras["has_intermediate_output"] = False
        return extras

    def _input_info(self, disk: Disk) -> dict[str, Any]:
        groups: dict[str, Any] = {"required": {}}
        for name, inner in self.required.items():
            groups["required"][name] = _short(inner.spec(disk), self.v3)
        if self.optional:
            groups["optional"] = {
                name: _short(inner.spec(disk), self.v3)
                for name, inner in self.optional.items()
            }
        if self.hidden:
            groups["hidden"] = dict(self.hidden)
        return groups

    def _order(self) -> dict[str, list[str]]:
        groups = {"required": list(self.required)}
        if self.optional:
            groups["optional"] = list(self.optional)
        if self.hidden:
            groups["hidden"] = list(self.hidden)
        return groups


def _short(spec: list[Any], v3: bool) -> list[Any]:
    """Old-style nodes leave empty options out."""
    return spec if v3 or spec[1] else spec[:1]


def integer(default: int = 0, low: int = 0, high: int = 2**32, **more: Any) -> Input:
    """An INT input."""
    return Input("INT", {"default": default, "min": low, "max": high, **more})


def number(default: float, low: float, high: float, **more: Any) -> Input:
    """A FLOAT input."""
    return Input("FLOAT", {"default": default, "min": low, "max": high, **more})


def text(default: str = "", **more: Any) -> Input:
    """A STRING input."""
    return Input("STRING", {"default": default, **more})


def choice(*names: str, **options: Any) -> Input:
    """A COMBO input with fixed choices."""
    return Input("COMBO", options, names)


def files(folder: str, **options: Any) -> Input:
    """A COMBO input over the files of a model folder."""
    return Input("COMBO", options, Files(folder))


def files_v3(folder: str, **options: Any) -> Input:
    """The same in the form of the newer node classes."""
    return Input("COMBO", options, Files(folder), v3=True)


def link(kind: str, **options: Any) -> Input:
    """An input that takes another node's output."""
    return Input(kind, options)
