"""Runs inside a real ComfyUI's Python: which keys of which LoRA it applies.

    PYTHON apply_in_comfyui.py COMFYUI_DIR CASES.json ANSWERS.json

Bases and LoRAs are names and shapes alone, on torch's ``meta`` device: ComfyUI's own
code detects the base, builds it, maps the LoRA's keys and does the arithmetic of every
patch, in full size and without a byte of weights.
"""

import json
import logging
import os
import sys
from pathlib import Path


def main() -> None:
    """Answer every pair of the cases."""
    folder, cases_path, answers_path = sys.argv[1:4]
    cases = json.loads(Path(cases_path).read_text())
    os.chdir(folder)
    sys.path.insert(0, folder)
    sys.argv = [sys.argv[0], "--cpu"]
    import comfy.options

    comfy.options.enable_args_parsing()
    logging.disable(logging.INFO)
    logging.getLogger().addHandler(logging.NullHandler())
    answers = [list(answer(base, cases)) for base in cases["bases"]]
    flat = [item for group in answers for item in group]
    Path(answers_path).write_text(json.dumps(flat))


def answer(base_name, cases):
    """Applied keys for each LoRA that is paired with one base."""
    import torch

    wanted = [lora for base, lora in cases["pairs"] if base == base_name]
    base = cases["bases"][base_name]
    try:
        model, clip = build(base)
    except RuntimeError as error:
        sys.stderr.write(f"{base_name} cannot be built without weights: {error}\n")
        return
    for lora_name in wanted:
        shapes = cases["loras"][lora_name]
        lora = {
            key: torch.zeros(shape) if not shape else torch.empty(shape, device="meta")
            for key, shape in shapes.items()
        }
        applied = apply(model, clip, lora)
        yield {"base": base_name, "lora": lora_name, "applied": sorted(applied)}


def build(base):
    """ComfyUI's model for these tensors, and its text encoders where asked for."""
    import comfy.model_detection as detection
    import comfy.ops
    import torch

    meta = torch.device("meta")
    tensors = {k: torch.empty(s, device="meta") for k, s in base["tensors"].items()}
    config = detection.model_config_from_unet(tensors, base["prefix"])
    if config is None:
        converted = detection.convert_diffusers_mmdit(dict(tensors), "")
        config = (
            detection.model_config_from_unet(converted, "")
            if converted is not None
            else detection.model_config_from_diffusers_unet(tensors)
        )
    config.custom_operations = comfy.ops.manual_cast
    model = config.get_model({}, base["prefix"], device=meta)
    clip = None
    if base.get("clip"):
        target = config.clip_target(state_dict=tensors)
        clip = target.clip(
            device=meta,
            dtype=torch.float16,
            model_options={"custom_operations": comfy.ops.manual_cast},
            **target.params,
        )
    return model, clip


class Complaints(logging.Handler):
    """Collects what the arithmetic logs instead of raising."""

    def __init__(self):
        super().__init__()
        self.count = 0

    def emit(self, record):
        """Count."""
        if record.levelno >= logging.WARNING:
            self.count += 1


def apply(model, clip, lora):
    """Keys of the LoRA that end up in a weight."""
    import comfy.lora
    import comfy.lora_convert

    names = comfy.lora.model_lora_keys_unet(model, {})
    weights = dict(model.state_dict())
    if clip is not None:
        names = comfy.lora.model_lora_keys_clip(clip, names)
        weights.update(clip.state_dict())
    converted = comfy.lora_convert.convert_lora(lora)
    origin = origins(lora, converted)
    applied = set()
    for name, keys in owners(converted, names).items():
        own = {key: converted[key] for key in keys}
        applied |= used(own, name, names[name], weights)
    return {origin[key] for key in applied if key in origin}


def origins(lora, converted):
    """Converted keys by the tensor they hold: only the names change."""
    by_tensor = {id(tensor): key for key, tensor in lora.items()}
    return {k: by_tensor[id(t)] for k, t in converted.items() if id(t) in by_tensor}


def owners(lora, names):
    """Layer's name -> keys that may be a part of it: those that go on behind it."""
    found = {}
    for key in lora:
        for place, sign in enumerate(key):
            name = key[:place]
            if (sign == "." or key.startswith("_lora.", place)) and name in names:
                found.setdefault(name, []).append(key)
    return found


def used(own, name, target, weights):
    """Keys that `load_lora` takes and that the arithmetic does not refuse."""
    import comfy.lora

    try:
        patches = comfy.lora.load_lora(dict(own), {name: target}, log_missing=False)
    except KeyError:
        return set()
    loaded = loaded_keys(own, name, target)
    for key, patch in patches.items():
        place, offset = (key, None) if isinstance(key, str) else (key[0], key[1])
        if place not in weights or not works(patch, weights[place], place, offset):
            return set()
    return loaded


def loaded_keys(own, name, target):
    """Keys that ComfyUI would not list as not loaded."""
    import comfy.lora

    heard = []
    handler = logging.Handler()
    handler.emit = lambda record: heard.append(record.getMessage())
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        comfy.lora.load_lora(dict(own), {name: target})
    finally:
        root.removeHandler(handler)
    missing = {text.removeprefix("lora key not loaded: ") for text in heard}
    return set(own) - missing


def works(patch, weight, key, offset):
    """Whether the patch can be added to the weight."""
    import comfy.lora
    import torch

    complaints = Complaints()
    root = logging.getLogger()
    root.addHandler(complaints)
    try:
        copy = torch.empty_like(weight, dtype=torch.float32)
        comfy.lora.calculate_weight([(1.0, patch, 1.0, offset, None)], copy, key)
    except (RuntimeError, IndexError):
        return False
    finally:
        root.removeHandler(complaints)
    return complaints.count == 0


if __name__ == "__main__":
    main()
