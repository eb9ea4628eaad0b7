"""Which model files a job loads, as its graph says."""

import json
from collections.abc import Iterable, Mapping

SUFFIXES = (".safetensors", ".sft", ".ckpt", ".gguf", ".pt", ".pth", ".bin", ".onnx")
MAIN = ("ckpt_name", "unet_name", "model_name", "model_path", "diffusion_model")
"""Inputs that name the big file of a job; a switch of it costs the time."""


def models_used(prompt_json: str) -> tuple[str, ...]:
    """Model files of an API graph, the main ones first, each once."""
    try:
        graph = json.loads(prompt_json)
    except (ValueError, RecursionError):
        return ()
    found = list(_named(graph if isinstance(graph, dict) else {}))
    found.sort(key=lambda pair: pair[0] not in MAIN)
    return tuple(dict.fromkeys(name for _, name in found))


def main_models(prompt_json: str) -> frozenset[str]:
    """What decides whether two jobs share their loaded models."""
    try:
        graph = json.loads(prompt_json)
    except (ValueError, RecursionError):
        return frozenset()
    pairs = list(_named(graph if isinstance(graph, dict) else {}))
    main = {name for key, name in pairs if key in MAIN}
    return frozenset(main or {name for _, name in pairs})


def _named(graph: Mapping[str, object]) -> Iterable[tuple[str, str]]:
    for node in graph.values():
        inputs = node.get("inputs") if isinstance(node, dict) else None
        for key, value in (inputs if isinstance(inputs, dict) else {}).items():
            if isinstance(value, str) and value.lower().endswith(SUFFIXES):
                yield str(key), value
