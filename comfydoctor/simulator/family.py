"""Model families: what their networks are called, weigh and cost."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Family:
    """Sizes in MiB as ComfyUI logs them; times for a card of speed 1."""

    id: str
    unet: str
    unet_mb: float
    clip: str = "SD1ClipModel"
    clip_mb: float = 235.84
    model_type: str = "EPS"
    step_seconds: float
    """For one step and one megapixel (and frame)."""
    work_mb: float
    """Needed on top of the weights while sampling, for one megapixel."""
    vae: str = "AutoencoderKL"
    vae_mb: float = 159.56
    dim: int = 768
    """Width of the text vectors that the network takes."""


TINY = Family(
    id="tiny",
    unet="BaseModel",
    unet_mb=98.38,
    step_seconds=2.0,
    work_mb=400,
    vae="TAESD",
    vae_mb=9.33,
)
SD15 = Family(
    id="sd15", unet="BaseModel", unet_mb=1639.41, step_seconds=0.18, work_mb=3400
)
SDXL = Family(
    id="sdxl",
    unet="SDXL",
    unet_mb=4897.05,
    clip="SDXLClipModel",
    clip_mb=1560.80,
    step_seconds=0.11,
    work_mb=1500,
    dim=2048,
)
FLUX = Family(
    id="flux",
    unet="Flux",
    unet_mb=11350.07,
    clip="FluxClipModel_",
    clip_mb=4903.23,
    model_type="FLUX",
    step_seconds=0.32,
    work_mb=2300,
    dim=4096,
)
WAN = Family(
    id="wan",
    unet="WAN21",
    unet_mb=13629.08,
    clip="WanTEModel",
    clip_mb=6419.48,
    model_type="FLOW",
    step_seconds=0.045,
    work_mb=180,
    vae="WanVAE",
    vae_mb=242.03,
    dim=4096,
)
OTHER = Family(
    id="other", unet="BaseModel", unet_mb=1600.0, step_seconds=0.2, work_mb=3000
)
FAMILIES = {each.id: each for each in (TINY, SD15, SDXL, FLUX, WAN)}


def family(name: str) -> Family:
    """The family of that id, or one for files of which nothing is said."""
    return FAMILIES.get(name, OTHER)
