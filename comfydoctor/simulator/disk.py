"""The simulated disk: model files, pictures and texts; it outlives a restart."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from comfydoctor.simulator.values import ModelFile, Picture
from comfydoctor.simulator.version import Version

ROOT = "/opt/ComfyUI"
FOLDERS = (
    *("checkpoints", "configs", "loras", "vae", "text_encoders", "diffusion_models"),
    *("clip_vision", "style_models", "embeddings", "diffusers", "vae_approx"),
    *("controlnet", "gligen", "upscale_models"),
)
LATER_FOLDERS = (
    *("custom_nodes", "hypernetworks", "photomaker", "classifiers", "model_patches"),
    "audio_encoders",
)
NEWEST_FOLDERS = (
    *("custom_nodes", "datasets", "hypernetworks", "photomaker", "classifiers"),
    *("model_patches", "audio_encoders", "background_removal"),
    *("frame_interpolation", "geometry_estimation", "optical_flow", "detection"),
)
FAST_MB_S, SLOW_MB_S = 7000.0, 1500.0


@dataclass
class StoredFile:
    """A file in output, input or temp: bytes that came, or a picture to draw."""

    modified: float
    content: bytes | None = None
    picture: Picture | None = None
    metadata: dict[str, Any] = field(default_factory=dict)


@dataclass
class UserFile:
    """A file under user/default."""

    content: bytes
    modified: float
    created: float


class Disk:
    """Everything that stays when the process ends."""

    def __init__(
        self,
        models: tuple[ModelFile, ...] = (),
        *,
        disk_mb_s: float = SLOW_MB_S,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.models = {
            (model.folder, model.name): replace(
                model, modified=model.modified or clock() - 86400 * 30
            )
            for model in models
        }
        self.files: dict[str, dict[str, StoredFile]] = {
            "output": {},
            "input": {},
            "temp": {},
        }
        self.user: dict[str, UserFile] = {}
        self.settings: dict[str, Any] = {}
        self.users: dict[str, str] = {}
        self.snapshots: list[str] = []
        self.mb_s = disk_mb_s
        self.page_cache = True
        """Off when memory is so short that no file stays in it."""
        self._remembered: set[str] = set()
        self._counters: dict[str, int] = {}

    def names(self, folder: str) -> list[str]:
        """The files of a model folder (or of ``input``), sorted."""
        if folder in self.files:
            return sorted(self.files[folder])
        return sorted(name for place, name in self.models if place == folder)

    def model(self, folder: str, name: str) -> ModelFile | None:
        return self.models.get((folder, name))

    def speed_of(self, file: ModelFile) -> float:
        """MiB a second."""
        cached = self.page_cache and file.name in self._remembered
        return FAST_MB_S if cached else self.mb_s

    def remember(self, file: ModelFile) -> None:
        self._remembered.add(file.name)

    def next_name(self, place: str, prefix: str) -> str:
        """``prefix_00001_`` and on, as SaveImage counts."""
        key = f"{place}/{prefix}"
        self._counters[key] = self._counters.get(key, 0) + 1
        return f"{prefix}_{self._counters[key]:05d}_"

    def recent(self, place: str) -> list[str]:
        """Names without subfolders, newest first."""
        files = self.files[place]
        top = [name for name in files if "/" not in name]
        return sorted(top, key=lambda name: files[name].modified, reverse=True)


def folder_names(version: Version) -> list[str]:
    """The model folders that a version knows, in its order."""
    if version.since(0, 33):
        return [*FOLDERS, "latent_upscale_models", *NEWEST_FOLDERS]
    if version.since(0, 8):
        return [*FOLDERS, "latent_upscale_models", *LATER_FOLDERS]
    return [*FOLDERS, *LATER_FOLDERS]


def folder_paths(folder: str) -> list[str]:
    """Where the files of a folder may lie, absolute."""
    own = f"{ROOT}/models/{folder}"
    if folder in {"checkpoints", "loras", "vae"}:
        return [own, f"{ROOT}/output/{folder}"]
    if folder == "text_encoders":
        return [own, f"{ROOT}/models/clip", f"{ROOT}/output/clip"]
    if folder == "diffusion_models":
        return [f"{ROOT}/models/unet", own, f"{ROOT}/output/diffusion_models"]
    if folder == "custom_nodes":
        return [f"{ROOT}/custom_nodes"]
    return [own]
