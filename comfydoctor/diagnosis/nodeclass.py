"""What ``/object_info`` says of a node class: its inputs and what they take."""

from collections.abc import Iterator
from dataclasses import dataclass

_OPTION_KEYS = ("options", "values")


@dataclass(frozen=True)
class InputSpec:
    """One input of a node class."""

    name: str
    kind: str
    """``INT``, ``STRING``, ``MODEL``, ...; ``COMBO`` for every list of choices."""
    required: bool
    options: tuple[object, ...] | None = None
    """Choices of a ``COMBO``; None where they are not told."""
    minimum: float | None = None
    maximum: float | None = None
    upload: bool = False
    """Whether the choices are files that a person uploads."""


def inputs_of(node_class: dict[str, object]) -> tuple[InputSpec, ...]:
    """Required and optional inputs; hidden ones are the server's own."""
    told = node_class.get("input")
    groups = told if isinstance(told, dict) else {}
    return tuple(
        spec
        for group in ("required", "optional")
        for spec in _specs(groups.get(group), group == "required")
    )


def is_output(node_class: dict[str, object]) -> bool:
    """Whether a job with only this node at its end has a result."""
    return node_class.get("output_node") is True


def outputs_of(node_class: dict[str, object]) -> tuple[str, ...]:
    """Types of the outputs in their order; lists of choices become ``COMBO``."""
    told = node_class.get("output")
    kinds = told if isinstance(told, list) else []
    return tuple(kind if isinstance(kind, str) else "COMBO" for kind in kinds)


def _specs(group: object, required: bool) -> Iterator[InputSpec]:
    if not isinstance(group, dict):
        return
    for name, told in group.items():
        if isinstance(told, list) and told:
            yield _spec(str(name), told, required)


def _spec(name: str, told: list[object], required: bool) -> InputSpec:
    settings = told[1] if len(told) > 1 and isinstance(told[1], dict) else {}
    kind = told[0]
    return InputSpec(
        name=name,
        kind=kind if isinstance(kind, str) else "COMBO",
        required=required,
        options=_options(kind, settings),
        minimum=_number(settings.get("min")),
        maximum=_number(settings.get("max")),
        upload=any(settings.get(key) for key in settings if key.endswith("_upload")),
    )


def _options(kind: object, settings: dict[str, object]) -> tuple[object, ...] | None:
    """The old form is the list itself, the new one ``["COMBO", {"options": ..}]``.

    Choices that the browser fetches from elsewhere (``remote``) are not told.
    """
    if isinstance(kind, list):
        return tuple(kind)
    if kind != "COMBO" or settings.get("remote"):
        return None
    told = next((settings[k] for k in _OPTION_KEYS if k in settings), None)
    return tuple(told) if isinstance(told, list) else None


def _number(value: object) -> float | None:
    good = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if good else None  # type: ignore[arg-type]
