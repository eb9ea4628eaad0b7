"""A node class as ``/object_info`` tells it, made ready for looking nodes up in."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from comfydoctor.workflow.kinds import AUTOGROW, CHOICE, COMBO, DYNAMIC, SLOT, WIDGETS

_NUMBERS = frozenset({"INT", "FLOAT"})
_SEEDS = frozenset({"seed", "noise_seed"})
_MOST_NAMES = 100
"""Of an autogrow; ComfyUI has the same limit."""


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """One input of a node class."""

    name: str
    kind: str
    """``INT``, ``MODEL``, ...; ``COMBO`` for every list of choices."""
    required: bool = True
    options: tuple[object, ...] | None = None
    """Choices of a combo; None where the server does not tell them."""
    choices: frozenset[object] = frozenset()
    """The same, for looking up."""
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    settings: Mapping[str, object] = field(default_factory=dict)
    widget: bool = False
    """Whether the browser shows it as a widget, with a value of its own."""
    steered: bool = False
    """Whether a ``control_after_generate`` widget follows it."""
    upload: bool = False
    """Whether its choices are files that people upload."""
    deeper: Mapping[object, tuple["Field", ...]] = field(default_factory=dict)
    """Further inputs by the choice that brings them."""
    grown: tuple["Field", ...] = ()
    """The inputs of an autogrow, by their names inside it."""

    @property
    def multiple(self) -> bool:
        """Whether several of the choices may be taken at once."""
        return bool(self.settings.get("multiselect"))

    @property
    def raster(self) -> tuple[float, float]:
        """Step and shift of the numbers that the widget lets people choose.

        Counted from the minimum, as the frontend does (1.49 ``onValueChange``); a
        step of 0 where every number will do.
        """
        if self.kind != "INT" or not self.step or self.step <= 1:
            return 0, 0
        return self.step, (self.minimum or 0) % self.step

    @property
    def default(self) -> object:
        """What a widget holds that nobody touched."""
        if "default" in self.settings:
            return self.settings["default"]
        if self.options:
            return self.options[0]
        if self.kind == CHOICE and self.deeper:
            return next(iter(self.deeper))
        return {"INT": 0, "FLOAT": 0.0, "BOOLEAN": False, "STRING": ""}.get(self.kind)


class Quick(NamedTuple):
    """What tells in a moment whether an input is in order; see `rule_inputs`."""

    name: str
    required: bool
    kind: str
    choices: frozenset[object]
    low: float
    high: float
    step: float
    """0 where every number will do."""
    shift: float
    """What is left when a good number is divided by ``step``."""

    @classmethod
    def of(cls, name: str, each: Field) -> "Quick":
        """From the whole description."""
        plain = each.kind in {"INT", "FLOAT"}
        low = each.minimum if each.minimum is not None else -math.inf
        high = each.maximum if each.maximum is not None else math.inf
        if not plain:  # other numbers are looked at closely
            low, high = math.inf, -math.inf
        step, shift = each.raster
        return cls(name, each.required, each.kind, each.choices, low, high, step, shift)


@dataclass(frozen=True, slots=True, eq=False)
class NodeClass:
    """One class of nodes."""

    name: str
    title: str
    fields: tuple[Field, ...]
    """Required inputs, then optional ones, in the order of the server."""
    outputs: tuple[str, ...]
    is_output: bool
    """Whether a job may end with it."""
    module: str
    """``nodes``, ``comfy_extras.nodes_x``, ``custom_nodes.<folder>``."""
    by_name: Mapping[str, Field]
    is_dynamic: bool
    """Whether its inputs depend on one another."""
    quick: tuple[Quick, ...] = ()
    """For each input; empty where they depend on one another."""

    @property
    def is_core(self) -> bool:
        """Whether it comes with ComfyUI, so that its rules are known here."""
        return not self.module.startswith("custom_nodes")

    @property
    def pack(self) -> str:
        """Folder of the pack that brings it, or empty."""
        place = self.module.partition("custom_nodes.")[2]
        return place.split(".")[0]

    def fields_for(self, inputs: Mapping[str, object]) -> Mapping[str, Field]:
        """Its inputs by name, as they are when these values are set.

        ComfyUI 0.33 ``get_finalized_class_inputs``.
        """
        return (
            dict(_expand(self.fields, inputs, "")) if self.is_dynamic else self.by_name
        )


def read_class(name: str, told: Mapping[str, object]) -> NodeClass:
    """Make a definition ready; what it does not tell stays empty."""
    groups = _mapping(told.get("input"))
    order = _mapping(told.get("input_order"))
    fields = tuple(_fields(groups, order))
    outputs = told.get("output")
    is_dynamic = any(each.kind in DYNAMIC for each in fields)
    return NodeClass(
        name=name,
        title=str(told.get("display_name") or name),
        fields=fields,
        outputs=tuple(
            kind if isinstance(kind, str) else COMBO
            for kind in (outputs if isinstance(outputs, list) else ())
        ),
        is_output=told.get("output_node") is True,
        module=str(told.get("python_module") or ""),
        by_name={each.name: each for each in fields},
        is_dynamic=is_dynamic,
        quick=() if is_dynamic else tuple(Quick.of(each.name, each) for each in fields),
    )


def _expand(
    fields: tuple[Field, ...], inputs: Mapping[str, object], prefix: str
) -> Iterator[tuple[str, Field]]:
    for each in fields:
        name = prefix + each.name
        if each.kind == AUTOGROW:
            for inner in each.grown:
                yield f"{name}.{inner.name}", inner
        elif each.kind in {CHOICE, SLOT}:
            if name in inputs:
                yield name, each
                deeper = _chosen(each, inputs[name])
                yield from _expand(deeper, inputs, f"{name}.")
        else:
            yield name, each


def _chosen(each: Field, value: object) -> tuple[Field, ...]:
    """Inputs that a choice brings; none when there is no such choice."""
    if each.kind == SLOT:
        return each.deeper.get(None, ())
    return each.deeper.get(value, ()) if isinstance(value, str | int | float) else ()


def _fields(
    groups: Mapping[str, object], order: Mapping[str, object]
) -> Iterator[Field]:
    for group in ("required", "optional"):
        told = _mapping(groups.get(group))
        listed = order.get(group)
        first = [n for n in listed if n in told] if isinstance(listed, list) else []
        for name in dict.fromkeys([*first, *told]):
            found = _field(str(name), told[name], group == "required")
            if found is not None:
                yield found


def _field(name: str, told: object, required: bool) -> Field | None:
    if not isinstance(told, list) or not told:
        return None
    kind, settings = told[0], _mapping(told[1] if len(told) > 1 else None)
    options = _options(kind, settings)
    kind = kind if isinstance(kind, str) else COMBO
    deeper = _deeper(kind, settings)
    return Field(
        name=name,
        kind=kind,
        required=required,
        options=options,
        choices=frozenset(deeper) if deeper else _looked_up(options),
        minimum=_number(settings.get("min")),
        maximum=_number(settings.get("max")),
        step=_number(settings.get("step")),
        settings=settings,
        widget=_is_widget(kind, settings),
        steered=_is_steered(name, kind, settings),
        upload=any(v is True and k.endswith("_upload") for k, v in settings.items()),
        deeper=deeper,
        grown=tuple(_grown(settings)) if kind == AUTOGROW else (),
    )


def _is_widget(kind: str, settings: Mapping[str, object]) -> bool:
    if settings.get("forceInput"):
        return False
    shown = settings.get("widgetType")
    return kind == CHOICE or (shown if isinstance(shown, str) else kind) in WIDGETS


def _is_steered(name: str, kind: str, settings: Mapping[str, object]) -> bool:
    told = settings.get("control_after_generate")
    if told is not None:
        return bool(told)
    return kind == "INT" and name in _SEEDS


def _options(kind: object, settings: Mapping[str, object]) -> tuple[object, ...] | None:
    """The older form is the list itself, the newer one ``["COMBO", {"options": ..}]``.

    Choices that the browser fetches from elsewhere (``remote``) are not told.
    """
    if isinstance(kind, list):
        return tuple(kind)
    if kind != COMBO or settings.get("remote"):
        return None
    told = settings.get("options")
    return tuple(told) if isinstance(told, list) else None


def _looked_up(options: tuple[object, ...] | None) -> frozenset[object]:
    plain = str | int | float | None
    return frozenset(each for each in options or () if isinstance(each, plain))


def _deeper(
    kind: str, settings: Mapping[str, object]
) -> dict[object, tuple[Field, ...]]:
    if kind == SLOT:
        return {None: tuple(_fields(_mapping(settings.get("inputs")), {}))}
    if kind != CHOICE:
        return {}
    options = settings.get("options")
    return {
        option["key"]: tuple(_fields(_mapping(option.get("inputs")), {}))
        for option in (options if isinstance(options, list) else ())
        if isinstance(option, dict) and isinstance(option.get("key"), str | int | float)
    }


def _grown(settings: Mapping[str, object]) -> Iterator[Field]:
    """The inputs of an autogrow; the first ``min`` ones are required."""
    template = _mapping(settings.get("template"))
    least = template.get("min")
    count = least if isinstance(least, int) else 0
    for group, told in _mapping(template.get("input")).items():
        for inner in list(_mapping(told).values())[:1]:
            for place, name in enumerate(_grown_names(template)):
                required = group == "required" and place < count
                found = _field(name, inner, required)
                if found is not None:
                    yield found
            return


def _grown_names(template: Mapping[str, object]) -> list[str]:
    names = template.get("names")
    if isinstance(names, list):
        return [str(name) for name in names[:_MOST_NAMES]]
    most = template.get("max")
    count = min(most, _MOST_NAMES) if isinstance(most, int) else 0
    return [f"{template.get('prefix', '')}{place}" for place in range(count)]


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _number(value: object) -> float | None:
    good = isinstance(value, int | float) and not isinstance(value, bool)
    return value if good else None  # type: ignore[return-value]
