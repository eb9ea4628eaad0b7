"""Model families: what their networks are called, weigh and cost."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Family:
    """Sizes in MiB as ComfyUI logs them; times for a card of speed 1."""

    id: str
    unet: str
    unet_mb: float
    clip: str
    clip_mb: float
    model_type: str
    step_seconds: float
    """For one step and one megapixel (and frame)."""
    work_mb: float
    """Needed on top of the weights while sampling, for one megapixel."""
    vae: str = "AutoencoderKL"
    vae_mb: float = 159.56


FAMILIES = {
    family.id: family
    for family in (
        Family(
            "tiny", "BaseModel", 98.38, "SD1ClipModel", 235.84, "EPS", 2.0, 400, "TAESD"
        ),
        Family("sd15", "BaseModel", 1639.41, "SD1ClipModel", 235.84, "EPS", 0.18, 3400),
        Family("sdxl", "SDXL", 4897.05, "SDXLClipModel", 1560.80, "EPS", 0.11, 1500),
        Family("flux", "Flux", 11350.07, "FluxClipModel_", 4903.23, "FLUX", 0.32, 2300),
        Family(
            "wan",
            "WAN21",
            13629.08,
            "WanTEModel",
            6419.48,
            "FLOW",
            0.045,
            180,
            "WanVAE",
            242.03,
        ),
    )
}
OTHER = Family("other", "BaseModel", 1600.0, "SD1ClipModel", 235.84, "EPS", 0.2, 3000)


def family(name: str) -> Family:
    """The family of that id, or one for files of which nothing is said."""
    return FAMILIES.get(name, OTHER)
