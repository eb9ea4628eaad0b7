"""Inputs that a node checks by itself, so that ComfyUI does not.

ComfyUI 0.33: what ``VALIDATE_INPUTS`` / ``validate_inputs`` names is left out of the
check of ranges and choices. ``/object_info`` does not tell, so the known ones are
listed.
"""

_ALL = frozenset({"*"})
_OWN = {
    "LoadImage": frozenset({"image"}),
    "LoadImageMask": frozenset({"image"}),
    "LoadImageOutput": frozenset({"image"}),
    "LoadLatent": frozenset({"latent"}),
    "LoadVideo": frozenset({"file"}),
    "LoadAudio": frozenset({"audio"}),
    "Load3D": _ALL,
    "Load3DAdvanced": _ALL,
    "CustomCombo": _ALL,
    "SelectModelDevice": frozenset({"device"}),
    "SelectCLIPDevice": frozenset({"device"}),
    "SelectVAEDevice": frozenset({"device"}),
    "ModelAttentionBackend": frozenset({"attention"}),
    "FluxProUltraImageNode": frozenset({"aspect_ratio"}),
}


def checks_itself(node_type: str, name: str) -> bool:
    """Whether the node looks after this input."""
    own = _OWN.get(node_type)
    return own is not None and (own is _ALL or name in own)
