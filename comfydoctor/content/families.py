"""Model families: TOML files under resources/families -> checked objects."""

import hashlib
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field, TypeAdapter

from comfydoctor.content.places import resources_root
from comfydoctor.content.schema import Id, Strict
from comfydoctor.content.toml import read_checked
from comfydoctor.errors import ContentError

KindWord = Literal[
    "diffusion model",
    "lora",
    "vae",
    "text encoder",
    "controlnet",
    "t2i adapter",
    "ip-adapter",
    "clip vision",
    "upscaler",
    "embedding",
    "style model",
    "model patch",
    "motion module",
    "hypernetwork",
    "gligen",
    "other",
]
Shape = tuple[int, ...]


class Form(Strict):
    """One kind of file of a family. Everything given must hold.

    Names are those of tensors with every number written ``#``; one that ends in ``*``
    stands for all that begin so. For a LoRA they are the layers it changes, with ``_``
    for each dot.
    """

    kind: KindWord
    title: str = ""
    """What it is called; the family's title when empty."""
    has: tuple[str, ...] = ()
    any: tuple[str, ...] = ()
    """At least one of these."""
    lacks: tuple[str, ...] = ()
    shape: dict[str, Shape] = Field(default_factory=dict)
    """Sides of the first such tensor, 0 for any; for a LoRA its layer's, out and in.
    A shape that the file hides, being packed, does not speak against it."""
    count: dict[str, tuple[int, int]] = Field(default_factory=dict)
    """Least and most blocks: how many numbers follow this beginning of a name."""
    metadata: dict[str, str] = Field(default_factory=dict)
    """Texts that must occur in the file's own notes, in any case of letters."""
    layout: Literal["", "diffusers", "original"] = ""
    """Whose names it uses; empty for those that ComfyUI works with."""
    rank: int = Field(50, ge=0, le=99)
    """Smaller ones are tried first; of equal ones the most exact wins."""
    note: str = ""
    """What the keys cannot tell."""
    example: dict[str, Shape] = Field(default_factory=dict)
    """Real tensors that must be recognised as this; the content test looks."""

    @property
    def exactness(self) -> int:
        """How much it asks for."""
        asked = (self.has, self.any, self.lacks, self.shape, self.count, self.metadata)
        return sum(len(part) for part in asked)


class Rename(Strict):
    """How diffusers calls the layers of one block, for the LoRAs trained with it."""

    diffusers: str
    """Beginning of the name, ``transformer_blocks.#.``; # stands for a number."""
    comfy: str
    """Beginning of ComfyUI's name for the same block."""
    layers: dict[str, str] = Field(default_factory=dict)
    """Layer by layer. ``img_attn.qkv@1+1`` is a part of a larger one: it starts at once
    its input width and is once that width high."""


class Naming(Strict):
    """Other names under which LoRAs may call the layers of this family."""

    prefixes: tuple[str, ...] = ()
    """Before ComfyUI's own names: ``transformer.``, ``base_model.model.``, or nothing.
    One that ends in ``_`` stands before a name with ``_`` for each dot."""
    needs: str = ""
    """Only where this layer is there, in ComfyUI's names."""
    inside: str = ""
    """Only for the layers below this beginning, which is left out of the name."""
    replace: dict[str, str] = Field(default_factory=dict)
    """Parts of ComfyUI's names that are spelled otherwise there."""
    renamed: tuple[str, ...] = ()
    """Before the names that diffusers uses."""
    block: tuple[Rename, ...] = ()


class Family(Strict):
    """One base: what is trained for it works with it and with nothing else."""

    id: Id
    title: str = Field(max_length=60)
    form: tuple[Form, ...] = ()
    naming: tuple[Naming, ...] = ()
    unet: bool = False
    """Its layers are those of a U-Net, whose names diffusers counts otherwise."""


class Families:
    """All families, read when asked for."""

    def __init__(self, root: Path | None = None) -> None:
        self._root = root

    @cached_property
    def all(self) -> tuple[Family, ...]:
        """By id. Raises ContentError, which names file and place."""
        root = self._root or resources_root()
        return tuple(load_family(path) for path in family_files(root))

    def get(self, family_id: str) -> Family | None:
        """One of them."""
        return next((f for f in self.all if f.id == family_id), None)


_FAMILY = TypeAdapter(Family)


def family_files(root: Path) -> list[Path]:
    """All family files under ``root``, in a stable order."""
    return sorted((root / "families").glob("*.toml"))


def load_family(path: Path) -> Family:
    """One family; its id must be the file's name."""
    family = read_checked(path, _FAMILY)
    if family.id != path.stem:
        raise ContentError(f"{path}: id '{family.id}' is not the file's name")
    return family


def families_stamp(root: Path | None = None) -> str:
    """Changes when any family file does."""
    digest = hashlib.sha256()
    for path in family_files(root or resources_root()):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
