"""What simulated nodes hand on to one another instead of tensors."""

from dataclasses import dataclass, field

from comfydoctor.simulator.family import Family


@dataclass(frozen=True)
class Picture:
    """An IMAGE: its size and how it looks, not its pixels."""

    width: int
    height: int
    count: int = 1
    seed: int = 0
    look: str = "scene"
    """``scene``, ``plain``, ``black``, ``nan``, ``noise``, ``saturated``, ``half``."""

    def __str__(self) -> str:
        value = "   nan" if self.look == "nan" else f"{(self.seed % 97) / 97:.4f}"
        row = f"[0.2039, 0.5529, {value}]"
        return (
            f"tensor([[[{row},\n          {row},\n          ...,\n          {row}]]])"
        )


@dataclass(frozen=True)
class ModelFile:
    """A model file on the simulated disk."""

    folder: str
    name: str
    size: int
    family: str = ""
    state: str = "ok"
    """``ok``, ``truncated``, ``html``, ``empty``, ``lfs`` or ``not-a-model``."""
    metadata: tuple[tuple[str, str], ...] = ()
    modified: float = 0.0


@dataclass(frozen=True)
class Weights:
    """A loaded (or loadable) network: a diffusion model, text encoder or VAE."""

    file: str
    part: str
    """``unet``, ``clip`` or ``vae``."""
    class_name: str
    mb: float
    family: Family
    patches: tuple[str, ...] = ()
    """LoRA files put on it."""

    @property
    def key(self) -> tuple[str, str, tuple[str, ...]]:
        return self.file, self.part, self.patches

    def __str__(self) -> str:
        return f"<comfy.model_patcher.ModelPatcher object at {id(self):#x}>"


@dataclass(frozen=True)
class Latent:
    """A LATENT, measured in the pixels that it stands for."""

    width: int
    height: int
    count: int = 1
    frames: int = 1
    seed: int = 0
    look: str = "scene"

    @property
    def megapixels(self) -> float:
        """Of one frame."""
        return self.width * self.height / 1e6

    def __str__(self) -> str:
        return "{'samples': tensor([[[[0., 0., 0.,  ..., 0., 0., 0.]]]])}"


@dataclass(frozen=True)
class Conditioning:
    """A CONDITIONING: the words behind it."""

    text: str = ""
    dim: int = 768
    """Width of the vectors: a model takes only its own."""

    def __str__(self) -> str:
        return "[[tensor([[[-0.3884,  0.0229, -0.0522]]]), {'pooled_output': None}]]"


@dataclass(frozen=True)
class Blocked:
    """An ExecutionBlocker with its message."""

    message: str | None


@dataclass(frozen=True)
class Thing:
    """Any other value, known by its type only."""

    kind: str
    data: dict[str, object] = field(default_factory=dict, hash=False)
