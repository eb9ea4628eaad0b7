"""One input of a node class as ``/object_info`` tells it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from comfydoctor.workflow.kinds import AUTOGROW, CHOICE, COMBO, SLOT, WIDGETS

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


def read_fields(
    groups: Mapping[str, object], order: Mapping[str, object]
) -> Iterator[Field]:
    """Required inputs, then optional ones; hidden ones are the server's own."""
    for group in ("required", "optional"):
        told = mapping(groups.get(group))
        listed = order.get(group)
        first = [n for n in listed if n in told] if isinstance(listed, list) else []
        for name in dict.fromkeys([*first, *told]):
            found = _field(str(name), told[name], group == "required")
            if found is not None:
                yield found


def _field(name: str, told: object, required: bool) -> Field | None:
    if not isinstance(told, list) or not told:
        return None
    kind, settings = told[0], mapping(told[1] if len(told) > 1 else None)
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
        return {None: tuple(read_fields(mapping(settings.get("inputs")), {}))}
    if kind != CHOICE:
        return {}
    options = settings.get("options")
    return {
        option["key"]: tuple(read_fields(mapping(option.get("inputs")), {}))
        for option in (options if isinstance(options, list) else ())
        if isinstance(option, dict) and isinstance(option.get("key"), str | int | float)
    }


def _grown(settings: Mapping[str, object]) -> Iterator[Field]:
    """The inputs of an autogrow; the first ``min`` ones are required."""
    template = mapping(settings.get("template"))
    least = template.get("min")
    count = least if isinstance(least, int) else 0
    for group, told in mapping(template.get("input")).items():
        for inner in list(mapping(told).values())[:1]:
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


def mapping(value: object) -> Mapping[str, object]:
    """An object of the JSON; what is none becomes empty."""
    return value if isinstance(value, dict) else {}


def _number(value: object) -> float | None:
    good = isinstance(value, int | float) and not isinstance(value, bool)
    return value if good else None  # type: ignore[return-value]
