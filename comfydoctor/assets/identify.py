"""Kind and family of a model, from the names and shapes of its tensors."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from comfydoctor.assets.adapter import Adapter, adapter_of
from comfydoctor.assets.loraconvert import converted
from comfydoctor.assets.outline import Outline, best_form
from comfydoctor.assets.tensors import Tensor
from comfydoctor.content.families import Families, Form
from comfydoctor.model.modelfile import ModelKind

DIFFUSION = (
    "model.diffusion_model.",
    "model.model.",
    "net.",
    "diffusion_model.",
    "transformer.",
    "unet.",
    "model.",
)
"""Before the diffusion part; the first three as ComfyUI 0.33 ``model_detection``."""
VAE = ("first_stage_model.", "vae.", "pretransform.model.")
TEXT = (
    "cond_stage_model.",
    "conditioner.embedders.",
    "text_encoders.",
    "conditioner.conditioners.",
)
_OTHERS = (
    *("params_ema.", "params.", "state_dict.", "model.", "module.", "control_model."),
    *("text_model.transformer.", "transformer.", "adapter.", "vae.", "generator."),
    *("first_stage_model.", "text_encoders.", "model_ema.", "controlnet.", "net."),
)
_ADAPTED = 0.3
"""A LoRA's share of its keys, at least; some carry embeddings or notes besides."""
_ENOUGH = 5
_PART = 4


@dataclass(frozen=True)
class Identity:
    """What a model is."""

    kind: ModelKind = ModelKind.UNKNOWN
    family_id: str = ""
    title: str = ""
    notes: tuple[str, ...] = ()
    layout: str = ""
    prefix: str = ""
    """Before the names of the diffusion model's tensors."""
    parts: frozenset[ModelKind] = frozenset()
    """What a checkpoint holds besides its diffusion model."""


@dataclass
class Identifier:
    """Knows all families."""

    families: Families = field(default_factory=Families)

    def identify(
        self, tensors: Mapping[str, Tensor], metadata: Mapping[str, str]
    ) -> Identity:
        """Say what it is; unknown things are said to be so."""
        if not tensors:
            return Identity()
        adapter = adapter_of(converted(tensors))
        if adapter.share >= _ADAPTED and not _only_holds_loras(tensors):
            return self._lora(adapter, metadata)
        prefix = diffusion_prefix(tensors)
        bundled = _bundled(tensors)
        if prefix and (found := self._diffusion(tensors, prefix, metadata, bundled)):
            return found
        return self._single(tensors, metadata)

    def _forms(self, kinds: Iterable[str] = ()) -> Iterable[tuple[str, Form]]:
        wanted = frozenset(kinds)
        for family in self.families.all:
            for form in family.form:
                if (not wanted and form.kind != "lora") or form.kind in wanted:
                    yield family.id, form

    def _lora(self, adapter: Adapter, metadata: Mapping[str, str]) -> Identity:
        outline = Outline(adapter.layers(), flat=True)
        found = best_form(outline, self._forms(("lora",)), metadata)
        if found is None:
            return Identity(ModelKind.LORA)
        return self._told(*found)

    def _diffusion(
        self,
        tensors: Mapping[str, Tensor],
        prefix: str,
        metadata: Mapping[str, str],
        bundled: frozenset[ModelKind],
    ) -> Identity | None:
        inner = stripped(tensors, prefix)
        forms = self._forms(("diffusion model",))
        found = best_form(Outline(inner), forms, metadata)
        kind = ModelKind.CHECKPOINT if bundled else ModelKind.DIFFUSION
        if found is None:
            # Enough of "model.diffusion_model." is one, known to us or not.
            told = prefix == DIFFUSION[0]
            return Identity(kind, prefix=prefix, parts=bundled) if told else None
        told_of = self._told(*found)
        return Identity(
            kind,
            told_of.family_id,
            told_of.title,
            told_of.notes,
            told_of.layout,
            prefix,
            bundled,
        )

    def _single(
        self, tensors: Mapping[str, Tensor], metadata: Mapping[str, str]
    ) -> Identity:
        forms = list(self._forms())
        found = best_form(Outline(tensors), forms, metadata)
        for prefix in () if found else _OTHERS:
            inner = stripped(tensors, prefix)
            if len(inner) * 2 > len(tensors):
                found = best_form(Outline(inner), forms, metadata)
            if found:
                break
        return self._told(*found) if found else Identity()

    def _told(self, family_id: str, form: Form) -> Identity:
        family = self.families.get(family_id)
        title = form.title or (family.title if family else family_id)
        notes = (form.note,) if form.note else ()
        kind = ModelKind(form.kind)
        return Identity(kind, family_id, title, notes, form.layout)


def diffusion_prefix(tensors: Mapping[str, Tensor]) -> str:
    """What stands before the diffusion model's names; empty when nothing does."""
    counts = dict.fromkeys(DIFFUSION, 0)
    for name in tensors:
        for prefix in DIFFUSION:
            if name.startswith(prefix):
                counts[prefix] += 1
                break
    best = max(DIFFUSION, key=lambda prefix: counts[prefix])
    return best if counts[best] > _ENOUGH else ""


def stripped(tensors: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    """Only the tensors under a prefix, without it."""
    cut = len(prefix)
    return {n[cut:]: t for n, t in tensors.items() if n.startswith(prefix)}


def _only_holds_loras(tensors: Mapping[str, Tensor]) -> bool:
    """Control-LoRAs and IP-Adapters of faces have such parts and are more than that."""
    return "lora_controlnet" in tensors or any(
        name.startswith(("ip_adapter.", "image_proj.")) for name in tensors
    )


def _bundled(tensors: Mapping[str, Tensor]) -> frozenset[ModelKind]:
    found = set()
    for kind, prefixes in ((ModelKind.VAE, VAE), (ModelKind.TEXT_ENCODER, TEXT)):
        if sum(name.startswith(prefixes) for name in tensors) >= _PART:
            found.add(kind)
    return frozenset(found)
