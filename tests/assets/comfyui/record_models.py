"""Records names and shapes of real models from ComfyUI's own classes.

    PYTHON record_models.py COMFYUI_DIR OUT_DIR

Runs inside a real ComfyUI's Python. Models are built on torch's ``meta`` device from
the figures that tell their size (``model_sizes.py``): nothing is downloaded and no
weights exist. Writes ``models.json.xz``, tensors by model, and ``lora_names.json.xz``,
the names under which ComfyUI looks for each layer in a LoRA.
"""

import importlib
import json
import logging
import lzma
import os
import sys
from pathlib import Path


def main():
    """Build, record, write."""
    folder, out = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
    sys.path[:0] = [str(folder), str(Path(__file__).parent)]
    os.chdir(folder)
    sys.argv = [sys.argv[0], "--cpu"]
    import comfy.options

    comfy.options.enable_args_parsing()
    logging.disable(logging.WARNING)
    models, names = {}, {}
    for record in (diffusion_models, bare_models, text_encoders, other_models):
        for name, tensors, known in record():
            models[name] = {key: list(t.shape) for key, t in tensors.items()}
            if known is not None:
                names[name] = present(known, tensors, name)
            sys.stdout.write(f"{name}: {len(tensors)} tensors\n")
    write(out / "models.json.xz", models)
    write(out / "lora_names.json.xz", names)


def write(path, value):
    """As small as it gets."""
    raw = json.dumps(value, separators=(",", ":")).encode()
    path.write_bytes(lzma.compress(raw, preset=9 | lzma.PRESET_EXTREME))


def present(known, tensors, name):
    """Only names whose layer is there, with the rows of it that are meant."""
    inner = "diffusion_model." if name.startswith("diffusion/") else ""
    keys = {inner + key for key in tensors}
    made = {}
    for lora_name, target in sorted(known.items()):
        key, part = (target, None) if isinstance(target, str) else target[:2]
        if key in keys:
            made[lora_name] = [key, *(part or (0, 0, 0))[1:]]
    return made


def diffusion_models():
    """Those that ComfyUI can build without weights, with their names in LoRAs."""
    import comfy.lora
    import comfy.model_detection
    import comfy.ops
    import torch
    from model_sizes import SIZES

    for name, size in SIZES.items():
        config = comfy.model_detection.model_config_from_unet_config(dict(size))
        config.custom_operations = comfy.ops.manual_cast
        with torch.device("meta"):
            model = config.get_model({}, "", device=torch.device("meta"))
        known = comfy.lora.model_lora_keys_unet(model, {})
        yield f"diffusion/{name}", model.diffusion_model.state_dict(), known


def bare_models():
    """Those whose wrapper needs weights; their own class does not."""
    import comfy.ops
    import torch
    from model_sizes import BARE

    for name, (module, kind, size) in BARE.items():
        made = getattr(importlib.import_module(module), kind)
        options = {"device": torch.device("meta"), "operations": comfy.ops.manual_cast}
        yield f"diffusion/{name}", made(**size, **options).state_dict(), None


def text_encoders():
    """Text encoders as ComfyUI holds them, and as checkpoints have them."""
    import comfy.lora
    import comfy.model_detection
    import comfy.ops
    import torch
    from model_sizes import ENCODERS, IN_CHECKPOINTS, SIZES

    kept = {}
    for name, (module, kind, options) in ENCODERS.items():
        found = getattr(importlib.import_module(module), kind)
        made = found(**options) if options is not None else found
        encoder = made(
            device=torch.device("meta"),
            dtype=torch.float16,
            model_options={"custom_operations": comfy.ops.manual_cast},
        )
        kept[name] = encoder.state_dict()
        known = comfy.lora.model_lora_keys_clip(encoder, {})
        yield f"text/{name}", kept[name], known
    for name, encoder in IN_CHECKPOINTS.items():
        size = dict(SIZES[name])
        config = comfy.model_detection.model_config_from_unet_config(size)
        told = config.process_clip_state_dict_for_saving(dict(kept[encoder]))
        yield f"te-in-checkpoint/{name}", told, None


def other_models():
    """VAEs, ControlNets, adapters, vision models and upscalers."""
    import comfy.ops
    import torch
    from model_sizes import OTHERS

    here = {"device": torch.device("meta"), "operations": comfy.ops.manual_cast}
    for name, (module, kind, options, placed) in OTHERS.items():
        made = getattr(importlib.import_module(module), kind)
        arguments = {**options, **(here if placed else {})}
        yield name, made(**arguments).state_dict(), None
    yield from vision_models(here)


def vision_models(here):
    """CLIP vision models, by the configurations of ComfyUI."""
    import comfy.clip_model
    import torch
    from model_sizes import VISION

    for name, file in VISION.items():
        size = json.loads(Path("comfy", f"{file}.json").read_text())
        made = comfy.clip_model.CLIPVisionModelProjection(
            size, torch.float16, here["device"], here["operations"]
        )
        yield f"clip-vision/{name}", made.state_dict(), None


if __name__ == "__main__":
    main()
