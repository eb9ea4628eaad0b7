"""Which value of a saved node belongs to which input.

The browser saves the values of a node as a list in the order of its widgets, and
puts them back by position alone (frontend 1.49 ``LGraphNode.configure``); so does
this. Widgets that are no inputs of the class take a place too: the control after a
seed, the button of an upload.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from comfydoctor.workflow.kinds import CHOICE
from comfydoctor.workflow.nodeclass import Field, NodeClass

CONTROLS = frozenset({"fixed", "increment", "decrement", "randomize"})
_BUTTONS = ("image", "video", "audio", "", None)
_FILE_BUTTONS = ("upload3dmodel", "uploadExtraResources", "clear")
"""Buttons that follow the choice of a 3D model at once."""


@dataclass(slots=True)
class Named:
    """The values of one node by input."""

    values: dict[str, object] = field(default_factory=dict)
    exact: bool = True
    """False where the list is longer than the widgets: a pack's own script may have
    put in some, so that a value may be another's."""


def named_values(
    node_class: NodeClass, widgets: Sequence[object] | Mapping[str, object]
) -> Named:
    """Give each saved value its name; widgets without one keep their default."""
    if isinstance(widgets, Mapping):
        return _by_name(node_class, widgets)
    dealer = _Dealer(widgets)
    dealer.deal(node_class.fields, "")
    dealer.found.exact = node_class.is_core or not dealer.left
    return dealer.found


def _by_name(node_class: NodeClass, widgets: Mapping[str, object]) -> Named:
    known = node_class.fields_for(widgets)
    values = {
        name: widgets.get(name, each.default)
        for name, each in known.items()
        if each.widget
    }
    return Named(values)


def _is_button(value: object) -> bool:
    return isinstance(value, dict) or value is None or value in _BUTTONS


class _Dealer:
    """Deals values out in order."""

    def __init__(self, values: Sequence[object]) -> None:
        self.found = Named()
        self._values = values
        self._next = 0

    @property
    def left(self) -> int:
        """How many values found no widget, buttons at the end not counted."""
        rest = self._values[self._next :]
        return 0 if all(_is_button(value) for value in rest) else len(rest)

    def deal(self, fields: Sequence[Field], prefix: str) -> None:
        """Take a value for each widget of ``fields``, and of what they bring."""
        buttons = any(each.upload for each in fields if each.required)
        for place, each in enumerate(fields):
            if each.widget:
                self._one(each, prefix + each.name)
            last = place + 1 == len(fields) or not fields[place + 1].required
            if buttons and each.required and last:
                self._skip(_BUTTONS)

    def _one(self, each: Field, name: str) -> None:
        value = self._take(each.default)
        self.found.values[name] = value
        if each.steered:
            self._skip_control()
        for mark in _FILE_BUTTONS if each.upload else ():
            self._skip((mark,))
        if each.kind == CHOICE and isinstance(value, str | int | float):
            self.deal(each.deeper.get(value, ()), f"{name}.")

    def _take(self, default: object) -> object:
        if self._next >= len(self._values):
            return default
        self._next += 1
        return self._values[self._next - 1]

    def _skip_control(self) -> None:
        """What follows a seed: a word, in files of 2023 true or false."""
        rest = self._values[self._next : self._next + 1]
        if rest and (rest[0] is True or rest[0] is False):
            self._next += 1
        else:
            self._skip(CONTROLS)

    def _skip(self, marks: Sequence[object] | frozenset[str]) -> None:
        if self._next < len(self._values):
            value = self._values[self._next]
            if (value is None or isinstance(value, str)) and value in marks:
                self._next += 1
