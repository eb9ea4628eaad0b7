"""Model files: what lies in a file of weights, and what is wrong with it."""

from dataclasses import dataclass
from enum import Enum


class ModelFormat(Enum):
    """What the bytes are, whatever the file's name says."""

    SAFETENSORS = "safetensors"
    GGUF = "gguf"
    TORCH = "torch"
    """The zip archive that ``torch.save`` writes."""
    TORCH_LEGACY = "torch legacy"
    """What ``torch.save`` wrote before 1.6."""
    TORCHSCRIPT = "torchscript"
    PICKLE = "pickle"
    ONNX = "onnx"
    HTML = "html"
    LFS_POINTER = "git-lfs pointer"
    JSON = "json"
    TEXT = "text"
    ARCHIVE = "archive"
    EMPTY = "empty"
    BLANK = "blank"
    """Only zeros: room that a download reserved and never filled."""
    UNKNOWN = "not known"


class ModelKind(Enum):
    """What a file is for."""

    CHECKPOINT = "checkpoint"
    DIFFUSION = "diffusion model"
    LORA = "lora"
    VAE = "vae"
    TEXT_ENCODER = "text encoder"
    CONTROLNET = "controlnet"
    T2I_ADAPTER = "t2i adapter"
    IP_ADAPTER = "ip-adapter"
    CLIP_VISION = "clip vision"
    UPSCALER = "upscaler"
    EMBEDDING = "embedding"
    STYLE_MODEL = "style model"
    MODEL_PATCH = "model patch"
    MOTION_MODULE = "motion module"
    HYPERNETWORK = "hypernetwork"
    GLIGEN = "gligen"
    OTHER = "other"
    UNKNOWN = "not known"


@dataclass(frozen=True)
class ModelFile:
    """One file of weights as its header tells it. Nothing was loaded or run."""

    path: str
    format: ModelFormat = ModelFormat.UNKNOWN
    kind: ModelKind = ModelKind.UNKNOWN
    family: str = ""
    """In words, ``Flux.1 dev, Kontext or Krea``; empty where it is not known."""
    family_id: str = ""
    whole: bool | None = None
    """False when bytes are missing; None where the format does not tell."""
    problem: str = ""
    """A sentence for people; empty when there is none."""
    advice: str = ""
    misplaced: str = ""
    """A sentence when the file lies in a folder where its kind is not looked for."""
    dtype: str = ""
    parameters: int | None = None
    can_run_code: bool | None = None
    """Whether opening it could run code that it brings; None where not known."""
    calls: tuple[str, ...] = ()
    """What a pickle imports beyond the parts of tensors, ``os.system``."""
    notes: tuple[str, ...] = ()
    size: int | None = None
    modified: float | None = None
    """Unix seconds."""
    folder: str = ""
    """ComfyUI's name of the folder type, ``loras``; empty where not known."""
    name: str = ""
    """As ComfyUI's lists have it, relative to its folder."""
    examined: bool = True
    """False where only its name and size were told, by a server."""

    @property
    def healthy(self) -> bool:
        """Nothing speaks against loading it."""
        return not self.problem and self.whole is not False


@dataclass(frozen=True)
class Mismatch:
    """Why some keys of a LoRA would not apply."""

    reason: str
    keys: int
    example: str = ""


@dataclass(frozen=True)
class LoraMatch:
    """How much of a LoRA ComfyUI would apply to a base."""

    base: str
    lora: str
    base_family: str = ""
    lora_family: str = ""
    keys: int = 0
    """Keys of the LoRA, its text encoder part included."""
    applied: int = 0
    unknown: int = 0
    """Keys for parts that the base file does not hold, a text encoder's."""
    misshapen: int = 0
    """Keys whose layer is there in another size: they were made for another base."""
    reasons: tuple[Mismatch, ...] = ()
    problem: str = ""
    """Why nothing could be compared; empty when it was."""

    @property
    def share(self) -> float | None:
        """Applied keys of those that can be judged, 0 to 1; None without any."""
        judged = self.keys - self.unknown
        return self.applied / judged if judged > 0 and not self.problem else None

    @property
    def verdict(self) -> str:
        """``fits``, ``partly``, ``does not fit`` or ``not known``."""
        share = self.share
        if share is None:
            return "not known"
        if share >= 0.995:
            return "fits"
        foreign = self.misshapen > 0.05 * (self.keys - self.unknown)
        return "does not fit" if foreign or share < 0.25 else "partly"


@dataclass(frozen=True)
class ModelShelf:
    """The models of one server, as far as they were read."""

    files: tuple[ModelFile, ...] = ()
    local: bool = False
    """Whether the files lie on this computer, so that their headers could be read."""
    about: str = ""
    """Where this comes from, and what could not be read; in words."""
    done: int = 0
    total: int = 0
    """0 while it is not known how many there are."""
    complete: bool = False

    @property
    def problems(self) -> tuple[ModelFile, ...]:
        """Files that need a person."""
        return tuple(f for f in self.files if not f.healthy or f.misplaced)
