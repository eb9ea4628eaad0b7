"""Words for people out of a cause: placeholders filled, recipes made exact."""

import re
from collections.abc import Mapping

from comfydoctor.content.schema import Cause, Common, Remedy
from comfydoctor.model.finding import FixRef

RECIPES = ("pip", "flag", "drop", "env", "update", "place")
"""What a remedy may prescribe: packages, start flags, environment variables, a newer
version, a file in a folder of models."""
_HOLE = re.compile(r"\{(\w+)\}")


def explanation(cause: Cause, values: Mapping[str, str]) -> str:
    """The cause's words, led by its exact sentence when all of that is known."""
    exact = fill(cause.says, values)
    words = " ".join(cause.explanation.split())
    return f"{exact} {words}" if exact else words


def fill(text: str, values: Mapping[str, str]) -> str:
    """``text`` with its placeholders filled; empty when one is not known."""
    if not text or any(not values.get(name) for name in _HOLE.findall(text)):
        return ""
    return _HOLE.sub(lambda hole: values[hole[1]], text)


def fix_refs(
    cause: Cause, common: Common, values: Mapping[str, str]
) -> tuple[FixRef, ...]:
    """The cause's remedies, exact for the installation in ``values``, if known."""
    return tuple(_ref(remedy, common, values) for remedy in cause.fixes)


def exact(
    recipe: Mapping[str, str], common: Common, values: Mapping[str, str]
) -> list[str]:
    """How to do what the recipe says; its keys are those of `RECIPES`."""
    return [
        _recipe(kind, _filled(recipe[kind], values), common, values)
        for kind in RECIPES
        if recipe.get(kind)
    ]


def _ref(remedy: Remedy, common: Common, values: Mapping[str, str]) -> FixRef:
    recipe = {kind: getattr(remedy, kind) for kind in RECIPES}
    parts = [" ".join(_filled(remedy.detail, values).split())]
    parts += exact(recipe, common, values)
    return FixRef(
        id=remedy.fix,
        title=_filled(remedy.title, values),
        detail="\n".join(part for part in parts if part),
        kind=remedy.kind,
        target=values.get("job", "") if remedy.fix in {"interrupt-job"} else "",
    )


def _filled(text: str, values: Mapping[str, str]) -> str:
    """``text`` with unknown placeholders left as words between angle brackets."""
    return _HOLE.sub(lambda hole: values.get(hole[1]) or f"<{hole[1]}>", text)


def _recipe(
    kind: str, arguments: str, common: Common, values: Mapping[str, str]
) -> str:
    """How to do it in the installation at hand, or in each kind there is."""
    ways = common.recipes[kind]  # type: ignore[index]
    here = values.get("install", "")
    if here in ways:
        return ways[here].replace("{args}", arguments)
    return "\n".join(
        f"{common.installations.get(place, place)}: {way.replace('{args}', arguments)}"
        for place, way in ways.items()
    )
