"""Node definitions as servers tell them, small enough to see through."""

from typing import Any

from comfydoctor.workflow.classes import Classes, Told

Definition = dict[str, Any]


def define(
    required: dict[str, list[Any]] | None = None,
    optional: dict[str, list[Any]] | None = None,
    outputs: tuple[str, ...] = (),
    **more: Any,
) -> Definition:
    """One class, as ``/object_info`` has it."""
    return {
        "input": {"required": required or {}, "optional": optional or {}},
        "output": list(outputs),
        "output_node": False,
        "python_module": "nodes",
        **more,
    }


CHECKPOINTS = ["sd15.safetensors", "sub/flux1-dev-fp8.safetensors"]
SIZE = ["INT", {"default": 512, "min": 16, "max": 16384, "step": 8}]
SERVER: dict[str, Definition] = {
    "CheckpointLoaderSimple": define(
        {"ckpt_name": [CHECKPOINTS, {}]}, outputs=("MODEL", "CLIP", "VAE")
    ),
    "VAELoader": define({"vae_name": [["ae.safetensors"], {}]}, outputs=("VAE",)),
    "LoraLoader": define(
        {
            "model": ["MODEL"],
            "clip": ["CLIP"],
            "lora_name": [[], {}],
            "strength_model": ["FLOAT", {"default": 1.0, "min": -100, "max": 100}],
            "strength_clip": ["FLOAT", {"default": 1.0, "min": -100, "max": 100}],
        },
        outputs=("MODEL", "CLIP"),
    ),
    "CLIPTextEncode": define(
        {"text": ["STRING", {"multiline": True}], "clip": ["CLIP"]},
        outputs=("CONDITIONING",),
    ),
    "EmptyLatentImage": define(
        {
            "width": SIZE,
            "height": SIZE,
            "batch_size": ["INT", {"default": 1, "min": 1, "max": 4096}],
        },
        outputs=("LATENT",),
    ),
    "KSampler": define(
        {
            "model": ["MODEL"],
            "seed": ["INT", {"default": 0, "min": 0, "control_after_generate": True}],
            "steps": ["INT", {"default": 20, "min": 1, "max": 10000}],
            "cfg": ["FLOAT", {"default": 8.0, "min": 0.0, "max": 100.0}],
            "sampler_name": [["euler", "dpmpp_2m"], {}],
            "scheduler": ["COMBO", {"options": ["normal", "karras"]}],
            "positive": ["CONDITIONING"],
            "negative": ["CONDITIONING"],
            "latent_image": ["LATENT"],
            "denoise": ["FLOAT", {"default": 1.0, "min": 0.0, "max": 1.0}],
        },
        outputs=("LATENT",),
    ),
    "VAEDecode": define({"samples": ["LATENT"], "vae": ["VAE"]}, outputs=("IMAGE",)),
    "LoadImage": define(
        {"image": [["cat.png"], {"image_upload": True}]}, outputs=("IMAGE", "MASK")
    ),
    "ImageInvert": define({"image": ["IMAGE"]}, outputs=("IMAGE",)),
    "SaveImage": define(
        {"images": ["IMAGE"], "filename_prefix": ["STRING", {"default": "ComfyUI"}]},
        output_node=True,
    ),
    "Resize": define(
        {
            "input": ["IMAGE,MASK"],
            "mode": [
                "COMFY_DYNAMICCOMBO_V3",
                {
                    "options": [
                        {"key": "by size", "inputs": {"required": {"width": SIZE}}},
                        {"key": "as is", "inputs": {"required": {}}},
                    ]
                },
            ],
            "method": [["area", "lanczos"], {}],
        },
        outputs=("COMFY_MATCHTYPE_V3",),
    ),
    "Batch": define(
        {
            "images": [
                "COMFY_AUTOGROW_V3",
                {
                    "template": {
                        "input": {"required": {"image": ["IMAGE", {}]}},
                        "prefix": "image",
                        "min": 1,
                        "max": 3,
                    }
                },
            ]
        },
        outputs=("IMAGE",),
    ),
    "Fancy": define(
        {"text": ["STRING", {}], "mode": [["a", "b"], {}]},
        outputs=("STRING",),
        output_node=True,
        python_module="custom_nodes.fancy-pack",
    ),
}


def classes() -> Classes:
    """The server's classes, unread."""
    return Classes(Told(SERVER))
