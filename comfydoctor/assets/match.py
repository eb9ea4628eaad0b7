"""How much of a LoRA ComfyUI would apply to a base, and why not the rest."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import NamedTuple

from comfydoctor.assets import lorafit
from comfydoctor.assets.adapter import (
    Adapter,
    adapter_of,
    for_text_encoder,
    layer_shape,
)
from comfydoctor.assets.base import Base, read_base
from comfydoctor.assets.header import read_tensors
from comfydoctor.assets.identify import Identifier, Identity
from comfydoctor.assets.loraconvert import converted
from comfydoctor.assets.loraname import WEIGHT, Target
from comfydoctor.assets.tensors import Tensor
from comfydoctor.comfy.text import one_line
from comfydoctor.errors import ModelFileError
from comfydoctor.model.modelfile import LoraMatch, Mismatch, ModelKind

NO_LAYER = "The base has no such layer."
NO_FORM = "ComfyUI does not know this form of LoRA."
NO_TEXT = "This is for a text encoder, which the base's file does not bring."
_MOST_REASONS = 6


@dataclass(frozen=True)
class Side:
    """A file read for matching."""

    path: str
    tensors: Mapping[str, Tensor]
    identity: Identity


class Matcher:
    """Matches LoRAs with bases; each base is read once."""

    def __init__(self, identifier: Identifier | None = None) -> None:
        self.identifier = identifier or Identifier()
        self._base = cache(self._read_base)

    def match(self, base: str | Path, lora: str | Path) -> LoraMatch:
        """One pair. What cannot be compared is said in ``problem``."""
        try:
            known, layers = self._base(str(base))
            other = self._read(str(lora))
        except ModelFileError as error:
            return LoraMatch(str(base), str(lora), problem=str(error))
        return self.compare(known, layers, other)

    def matrix(
        self,
        bases: Iterable[str | Path],
        loras: Iterable[str | Path],
        on_pair: Callable[[LoraMatch], None] | None = None,
    ) -> list[LoraMatch]:
        """Every LoRA with every base."""
        wanted = list(loras)
        made = []
        for base in bases:
            for lora in wanted:
                made.append(self.match(base, lora))
                if on_pair is not None:
                    on_pair(made[-1])
        return made

    def _read(self, path: str) -> Side:
        tensors, metadata = read_tensors(path)
        return Side(path, tensors, self.identifier.identify(tensors, metadata))

    def _read_base(self, path: str) -> tuple[Side, Base]:
        side = self._read(path)
        family = self.identifier.families.get(side.identity.family_id)
        return side, read_base(side.tensors, side.identity, family)

    def compare(self, known: Side, base: Base, other: Side) -> LoraMatch:
        """The comparison of two files that were read."""
        told = LoraMatch(
            known.path, other.path, known.identity.title, other.identity.title
        )
        problem = _incomparable(known, other)
        if problem:
            return replace(told, problem=problem)
        counts = count_keys(adapter_of(converted(other.tensors)), base)
        return replace(
            told,
            keys=counts.keys,
            applied=counts.applied,
            unknown=counts.unknown,
            misshapen=counts.misshapen,
            reasons=counts.told(),
        )


def _incomparable(known: Side, other: Side) -> str:
    if known.identity.kind not in (ModelKind.CHECKPOINT, ModelKind.DIFFUSION):
        return "The base is no checkpoint or diffusion model."
    if other.identity.kind is not ModelKind.LORA:
        return "The other file is no LoRA."
    return ""


class Counts:
    """Keys that apply, and the reasons of the others."""

    def __init__(self, keys: int) -> None:
        self.keys = keys
        self.applied = 0
        self.unknown = 0
        self.misshapen = 0
        self._reasons: Counter[str] = Counter()
        self._examples: dict[str, str] = {}

    def lose(self, reason: str, keys: int, example: str) -> None:
        """Note keys that would not apply."""
        if keys:
            self._reasons[reason] += keys
            self._examples.setdefault(reason, one_line(example))
            if reason == NO_TEXT:
                self.unknown += keys
            elif reason not in (NO_LAYER, NO_FORM):
                self.misshapen += keys

    def told(self) -> tuple[Mismatch, ...]:
        """The most frequent reasons."""
        return tuple(
            Mismatch(reason, count, self._examples[reason])
            for reason, count in self._reasons.most_common(_MOST_REASONS)
        )


def count_keys(adapter: Adapter, base: Base) -> Counts:
    """Go through the layers of a LoRA."""
    counts = Counts(adapter.keys)
    for key in adapter.strangers:
        counts.lose(NO_FORM, 1, key)
    for layer, parts in adapter.groups.items():
        judged = judge(layer, parts, base)
        counts.lose(NO_FORM, judged.strange, layer)
        if judged.reason:
            counts.lose(judged.reason, len(parts) - judged.strange, layer)
        counts.applied += len(judged.applied)
    return counts


def applied_keys(adapter: Adapter, base: Base) -> set[str]:
    """The keys themselves."""
    return {
        layer + end
        for layer, parts in adapter.groups.items()
        for end in judge(layer, parts, base).applied
    }


class Judged(NamedTuple):
    """What becomes of one layer's keys."""

    applied: frozenset[str] = frozenset()
    """Endings of those that apply."""
    strange: int = 0
    """Keys that ComfyUI does not read at all."""
    reason: str = ""
    """Why the others do not apply."""


def judge(layer: str, parts: Mapping[str, Tensor], base: Base) -> Judged:
    """One layer of a LoRA against the base."""
    target = base.names.get(layer)
    if target is None or target.key not in base.shapes:
        absent = for_text_encoder(layer) and not base.has_text
        return Judged(reason=NO_TEXT if absent else NO_LAYER)
    used = lorafit.used_parts(parts)
    strange = len(parts) - len(used)
    shape, bias = shapes_of(base, target)
    if not lorafit.fits(parts, shape, bias):
        return Judged(strange=strange, reason=other_shape(parts, shape))
    return Judged(frozenset(used), strange)


def shapes_of(
    base: Base, target: Target
) -> tuple[tuple[int, ...] | None, tuple[int, ...] | None]:
    """Shape of the rows meant and of their bias, as `lorafit.fits` wants them."""
    shape = base.shapes.get(target.key)
    bias = base.shapes.get(target.key.removesuffix(WEIGHT) + ".bias", ())
    if shape and target.rows:
        left = max(0, min(target.rows, shape[0] - target.start))
        if left < target.rows:
            return (), bias
        return (target.rows, *shape[1:]), bias
    return shape, bias


def other_shape(parts: Mapping[str, Tensor], shape: tuple[int, ...] | None) -> str:
    """Why the tensors do not fit, with the numbers that tell."""
    made = layer_shape(parts)
    if len(made) != 2 or not shape or len(shape) < 2:
        return "The shapes do not fit the base's layer."
    wide = 1
    for side in shape[1:]:
        wide *= side
    if made[1] not in (shape[1], wide):
        return f"Made for layers {made[1]} wide; the base's is {shape[1]}."
    return f"Made for layers {made[0]} high; the base's is {shape[0]}."
