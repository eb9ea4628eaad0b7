"""The classes that compute."""

from comfydoctor.simulator.nodes import sampling as runs
from comfydoctor.simulator.nodes.nodeclass import (
    NodeClass,
    choice,
    integer,
    link,
    number,
    text,
)

SAMPLERS = ("euler", "euler_ancestral", "heun", "dpmpp_2m", "dpmpp_2m_sde", "lcm")
SCHEDULERS = ("simple", "sgm_uniform", "karras", "exponential", "normal", "beta")

SAMPLING_NODES = (
    NodeClass(
        "KSampler",
        runs.sample,
        {
            "model": link("MODEL", tooltip="Takes the noise away."),
            "seed": integer(
                0, 0, 2**64 - 1, control_after_generate=True, tooltip="Of the noise."
            ),
            "steps": integer(20, 1, 10000, tooltip="How many."),
            "cfg": number(8.0, 0.0, 100.0, step=0.1, round=0.01, tooltip="Guidance."),
            "sampler_name": choice(*SAMPLERS, tooltip="The way."),
            "scheduler": choice(*SCHEDULERS, tooltip="How the noise goes."),
            "positive": link("CONDITIONING", tooltip="What is wanted."),
            "negative": link("CONDITIONING", tooltip="What is not."),
            "latent_image": link("LATENT", tooltip="The start."),
            "denoise": number(1.0, 0.0, 1.0, step=0.01, tooltip="How much."),
        },
        outputs=("LATENT",),
        description="Makes a picture out of noise.",
        category="sampling",
    ),
    NodeClass(
        "VAEDecode",
        runs.decode,
        {
            "samples": link("LATENT", tooltip="What is decoded."),
            "vae": link("VAE", tooltip="Decodes it."),
        },
        outputs=("IMAGE",),
        display="VAE Decode",
        description="Turns a latent into a picture.",
        category="latent",
    ),
    NodeClass(
        "VAEEncode",
        runs.encode,
        {"pixels": link("IMAGE"), "vae": link("VAE")},
        outputs=("LATENT",),
        display="VAE Encode",
        category="latent",
    ),
    NodeClass(
        "ImageUpscaleWithModel",
        runs.upscale,
        {"upscale_model": link("UPSCALE_MODEL"), "image": link("IMAGE")},
        outputs=("IMAGE",),
        display="Upscale Image (using Model)",
        module="comfy_extras.nodes_upscale_model",
        category="image/upscaling",
        v3=True,
    ),
)
VIDEO_NODE = NodeClass(
    "VHS_VideoCombine",
    runs.combine_video,
    {
        "images": link("IMAGE"),
        "frame_rate": number(8.0, 1.0, 120.0, step=1.0),
        "filename_prefix": text("AnimateDiff"),
    },
    hidden={"prompt": "PROMPT", "extra_pnginfo": "EXTRA_PNGINFO"},
    display="Video Combine",
    category="Video Helper Suite",
    module="custom_nodes.ComfyUI-VideoHelperSuite",
    output_node=True,
)
