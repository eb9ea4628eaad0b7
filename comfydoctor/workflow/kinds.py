"""Types of inputs and outputs, and which of them fit."""

from functools import lru_cache

WIDGETS = frozenset(
    {
        *("INT", "FLOAT", "STRING", "BOOLEAN", "COMBO", "MARKDOWN", "TEXTAREA"),
        *("COLOR", "COLORS", "CURVE", "RANGE", "BOUNDING_BOX", "BOUNDING_BOXES"),
        *("LOAD_3D", "PREVIEW_3D", "WEBCAM", "AUDIO_RECORD", "AUDIO_UI", "AUDIOUPLOAD"),
        *("IMAGEUPLOAD", "IMAGECOMPARE", "CHART", "GALLERIA", "COMPOSITOR", "PAINTER"),
    }
)
"""Types that the browser gives a widget (frontend 1.49); others only connect."""
SOCKETS = frozenset(
    {
        *("MODEL", "CLIP", "VAE", "CONDITIONING", "LATENT", "IMAGE", "MASK", "AUDIO"),
        *("VIDEO", "CONTROL_NET", "CLIP_VISION", "CLIP_VISION_OUTPUT", "STYLE_MODEL"),
        *("GLIGEN", "UPSCALE_MODEL", "SAMPLER", "SIGMAS", "NOISE", "GUIDER", "HOOKS"),
    }
)
"""Types that no value in a file can stand for."""
ANY = "*"
COMBO = "COMBO"
MATCH = "COMFY_MATCHTYPE_V3"
AUTOGROW = "COMFY_AUTOGROW_V3"
CHOICE = "COMFY_DYNAMICCOMBO_V3"
SLOT = "COMFY_DYNAMICSLOT_V3"
DYNAMIC = frozenset({AUTOGROW, CHOICE, SLOT})
"""Inputs that bring further inputs."""


@lru_cache(4096)
def fits(received: str, wanted: str) -> bool:
    """Whether ComfyUI lets an output of one type into an input of another.

    ComfyUI 0.33 ``comfy_execution/validation.py``, not strict: commas list types,
    one in common is enough.
    """
    if received == wanted or MATCH in {received, wanted}:
        return True
    gives = {kind.strip() for kind in received.split(",")}
    takes = {kind.strip() for kind in wanted.split(",")}
    return ANY in gives or ANY in takes or not gives.isdisjoint(takes)
