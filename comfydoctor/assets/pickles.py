"""Follows a pickle's instructions without doing them: nothing is imported or run."""

import io
import pickletools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from comfydoctor.assets import picklename
from comfydoctor.assets.picklerebuild import Made, Name, rebuilt

LONGEST = 64 * 2**20
"""Bytes of one pickle that are looked at; the instructions of a model are some MB."""
MOST_STEPS = 400_000
"""A model of 3,000 tensors takes some 120,000."""
MOST_CALLS = 64
_HIGHEST = 1 << 63
_MARK = object()
_HIDDEN = "a name that it hides"


@dataclass
class Story:
    """What a pickle would do."""

    value: object = None
    """The object it builds, with stand-ins for everything that is no plain data."""
    imports: list[str] = field(default_factory=list)
    """Names in the order of their first use, without the parts of tensors."""
    complete: bool = False
    """Whether its end was seen; if not, it may import more."""
    length: int = 0
    """Bytes up to its end."""


def follow(raw: bytes) -> Story:
    """Read the instructions; never raises."""
    machine = Machine()
    steps = 0
    try:
        for code, argument, place in pickletools.genops(io.BytesIO(raw)):
            steps += 1
            if steps > MOST_STEPS:
                break
            if code.name == "STOP":
                machine.story.complete = True
                machine.story.length = (place or 0) + 1
                machine.story.value = machine.stack[-1] if machine.stack else None
                break
            machine.step(code.name, argument)
    except Exception:  # noqa: BLE001 - pickletools raises many kinds on damaged bytes
        machine.story.complete = False
    return machine.story


class Machine:
    """The stack and memo of a pickle, on which stand-ins are moved about."""

    def __init__(self) -> None:
        self.stack: list[Any] = []
        self.memo: dict[int, Any] = {}
        self.story = Story()

    def step(self, name: str, argument: Any) -> None:
        """One instruction. Raises IndexError or the like where it makes no sense."""
        special = _STEPS.get(name)
        if special is not None:
            special(self, argument)
        elif name not in _NOTHING:
            self.stack.append(_CONSTANTS[name]() if name in _CONSTANTS else argument)

    def marked(self) -> list[Any]:
        """What was put on the stack since the last mark."""
        for place in range(len(self.stack) - 1, -1, -1):
            if self.stack[place] is _MARK:
                found = self.stack[place + 1 :]
                del self.stack[place:]
                return found
        raise ValueError("no mark")

    def name(self, module: object, attribute: object) -> Name:
        """An import."""
        if isinstance(module, str) and isinstance(attribute, str):
            full = f"{module}.{attribute}"[:200]
        else:
            full = _HIDDEN
        imports = self.story.imports
        if not picklename.builds_tensors(full) and full not in imports:
            if len(imports) < MOST_CALLS:
                imports.append(full)
            elif picklename.runs_things(full):
                imports[-1] = full
        return Name(full)

    def call(self, function: object, arguments: object) -> None:
        """A call; known ones are understood."""
        self.stack.append(rebuilt(function, arguments))

    def pairs(self, target: object, items: list[Any]) -> None:
        """Entries of a dict; keys that are no plain data are left out."""
        store = target.items if isinstance(target, Made) else target
        if isinstance(store, dict):
            for key, value in zip(items[::2], items[1::2], strict=False):
                if isinstance(key, str) or (type(key) is int and abs(key) < _HIGHEST):
                    store[key] = value

    def extend(self, target: object, items: list[Any]) -> None:
        """Items of a list."""
        if isinstance(target, list):
            target.extend(items)

    def build(self, target: object, state: object) -> None:
        """The state of an object."""
        if isinstance(target, Made):
            target.state = state


def _stack_global(machine: Machine, _: Any) -> None:
    attribute, module = machine.stack.pop(), machine.stack.pop()
    machine.stack.append(machine.name(module, attribute))


def _global(machine: Machine, argument: str) -> None:
    module, _, attribute = argument.partition(" ")
    machine.stack.append(machine.name(module, attribute))


def _inst(machine: Machine, argument: str) -> None:
    module, _, attribute = argument.partition(" ")
    machine.call(machine.name(module, attribute), tuple(machine.marked()))


def _obj(machine: Machine, _: Any) -> None:
    kind, *arguments = machine.marked()
    machine.call(kind, tuple(arguments))


def _reduce(machine: Machine, _: Any) -> None:
    arguments, function = machine.stack.pop(), machine.stack.pop()
    machine.call(function, arguments)


def _newobj_ex(machine: Machine, _: Any) -> None:
    machine.stack.pop()
    _reduce(machine, _)


def _extension(machine: Machine, argument: int) -> None:
    machine.stack.append(machine.name("copyreg", f"extension {argument}"))


def _persistent(machine: Machine, _: Any) -> None:
    machine.stack.append(Made("persistent", machine.stack.pop()))


def _setitem(machine: Machine, _: Any) -> None:
    value, key = machine.stack.pop(), machine.stack.pop()
    machine.pairs(machine.stack[-1], [key, value])


def _setitems(machine: Machine, _: Any) -> None:
    items = machine.marked()
    machine.pairs(machine.stack[-1], items)


def _dict(machine: Machine, _: Any) -> None:
    items = machine.marked()
    machine.stack.append({})
    machine.pairs(machine.stack[-1], items)


def _appends(machine: Machine, _: Any) -> None:
    items = machine.marked()
    machine.extend(machine.stack[-1], items)


def _append(machine: Machine, _: Any) -> None:
    item = machine.stack.pop()
    machine.extend(machine.stack[-1], [item])


def _build(machine: Machine, _: Any) -> None:
    state = machine.stack.pop()
    machine.build(machine.stack[-1], state)


def _tuple(count: int) -> "Callable[[Machine, Any], None]":
    def step(machine: Machine, _: Any) -> None:
        machine.stack[-count:] = [tuple(machine.stack[-count:])]

    return step


def _gathered(kind: "Callable[[list[Any]], Any]") -> "Callable[[Machine, Any], None]":
    def step(machine: Machine, _: Any) -> None:
        machine.stack.append(kind(machine.marked()))

    return step


def _pop_mark(machine: Machine, _: Any) -> None:
    machine.marked()


def _put(machine: Machine, argument: int) -> None:
    machine.memo[argument] = machine.stack[-1]


def _memoize(machine: Machine, _: Any) -> None:
    machine.memo[len(machine.memo)] = machine.stack[-1]


def _get(machine: Machine, argument: int) -> None:
    machine.stack.append(machine.memo[argument])


_STEPS: dict[str, Callable[[Machine, Any], None]] = {
    "MARK": lambda machine, _: machine.stack.append(_MARK),
    "POP": lambda machine, _: machine.stack.pop(),
    "POP_MARK": _pop_mark,
    "DUP": lambda machine, _: machine.stack.append(machine.stack[-1]),
    "PUT": _put,
    "BINPUT": _put,
    "LONG_BINPUT": _put,
    "MEMOIZE": _memoize,
    "GET": _get,
    "BINGET": _get,
    "LONG_BINGET": _get,
    "GLOBAL": _global,
    "STACK_GLOBAL": _stack_global,
    "INST": _inst,
    "OBJ": _obj,
    "REDUCE": _reduce,
    "NEWOBJ": _reduce,
    "NEWOBJ_EX": _newobj_ex,
    "EXT1": _extension,
    "EXT2": _extension,
    "EXT4": _extension,
    "BINPERSID": _persistent,
    "BUILD": _build,
    "SETITEM": _setitem,
    "SETITEMS": _setitems,
    "DICT": _dict,
    "APPEND": _append,
    "APPENDS": _appends,
    "ADDITEMS": _appends,
    "TUPLE1": _tuple(1),
    "TUPLE2": _tuple(2),
    "TUPLE3": _tuple(3),
    "TUPLE": _gathered(tuple),
    "LIST": _gathered(list),
    "FROZENSET": _gathered(list),
}
_CONSTANTS: dict[str, Callable[[], Any]] = {
    "NONE": lambda: None,
    "NEWTRUE": lambda: True,
    "NEWFALSE": lambda: False,
    "EMPTY_DICT": dict,
    "EMPTY_LIST": list,
    "EMPTY_SET": list,
    "EMPTY_TUPLE": tuple,
    "NEXT_BUFFER": lambda: None,
}
_NOTHING = {"PROTO", "FRAME", "READONLY_BUFFER"}
