"""The classes that load models."""

from comfydoctor.simulator.nodes import model as runs
from comfydoctor.simulator.nodes.nodeclass import (
    NodeClass,
    choice,
    files,
    files_v3,
    integer,
    link,
    number,
    text,
)

SIZE = {
    "width": integer(512, 16, 16384, step=8, tooltip="In pixels."),
    "height": integer(512, 16, 16384, step=8, tooltip="In pixels."),
}
BATCH = integer(1, 1, 4096, tooltip="How many at once.")
STRENGTH = number(1.0, -100.0, 100.0, step=0.01, tooltip="How strongly.")

MODEL_NODES = (
    NodeClass(
        "CheckpointLoaderSimple",
        runs.checkpoint,
        {"ckpt_name": files("checkpoints", tooltip="The file to load.")},
        outputs=("MODEL", "CLIP", "VAE"),
        display="Load Checkpoint",
        description="Loads a checkpoint.",
        category="loaders",
    ),
    NodeClass(
        "UNETLoader",
        runs.unet_file,
        {
            "unet_name": files("diffusion_models"),
            "weight_dtype": choice("default", "fp8_e4m3fn", "fp8_e5m2"),
        },
        outputs=("MODEL",),
        display="Load Diffusion Model",
        category="advanced/loaders",
    ),
    NodeClass(
        "CLIPLoader",
        runs.clip_file,
        {
            "clip_name": files("text_encoders"),
            "type": choice("stable_diffusion", "sd3", "flux", "wan", "qwen_image"),
        },
        optional={"device": choice("default", "cpu", advanced=True)},
        outputs=("CLIP",),
        display="Load CLIP",
        category="advanced/loaders",
    ),
    NodeClass(
        "VAELoader",
        runs.vae_file,
        {"vae_name": files("vae")},
        outputs=("VAE",),
        display="Load VAE",
        category="loaders",
    ),
    NodeClass(
        "LoraLoader",
        runs.lora,
        {
            "model": link("MODEL", tooltip="What it is put on."),
            "clip": link("CLIP", tooltip="What it is put on."),
            "lora_name": files("loras", tooltip="The file."),
            "strength_model": STRENGTH,
            "strength_clip": STRENGTH,
        },
        outputs=("MODEL", "CLIP"),
        display="Load LoRA",
        description="Puts a LoRA on a model.",
        category="loaders",
    ),
    NodeClass(
        "CLIPTextEncode",
        runs.encode_text,
        {
            "text": text(multiline=True, dynamicPrompts=True, tooltip="The words."),
            "clip": link("CLIP", tooltip="Reads the words."),
        },
        outputs=("CONDITIONING",),
        display="CLIP Text Encode (Prompt)",
        description="Turns words into what guides the model.",
        category="conditioning",
    ),
    NodeClass(
        "EmptyLatentImage",
        runs.empty_latent,
        {**SIZE, "batch_size": BATCH},
        outputs=("LATENT",),
        display="Empty Latent Image",
        description="An empty start for the sampler.",
        category="latent",
    ),
    NodeClass(
        "EmptyHunyuanLatentVideo",
        runs.empty_latent,
        {**SIZE, "length": integer(25, 1, 16384, step=4), "batch_size": BATCH},
        outputs=("LATENT",),
        module="comfy_extras.nodes_hunyuan",
        category="latent/video",
        v3=True,
    ),
    NodeClass(
        "UpscaleModelLoader",
        runs.upscaler_file,
        {"model_name": files_v3("upscale_models", multiselect=False)},
        outputs=("UPSCALE_MODEL",),
        display="Load Upscale Model",
        module="comfy_extras.nodes_upscale_model",
        category="loaders",
        v3=True,
    ),
)
