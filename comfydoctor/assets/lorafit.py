"""Whether the tensors of a LoRA fit a layer, by the arithmetic that applies them."""

from collections.abc import Mapping

from comfydoctor.assets.adapter import PAIRS
from comfydoctor.assets.tensors import Tensor

Parts = Mapping[str, Tensor]
Shape = tuple[int, ...]

_ALWAYS = {".alpha", ".dora_scale"}
_LOHA = (".hada_w1_a", ".hada_w1_b", ".hada_w2_a", ".hada_w2_b")
_GLORA = (".a1.weight", ".a2.weight", ".b1.weight", ".b2.weight")
_LOKR = (".lokr_w1", ".lokr_w2", ".lokr_w1_a", ".lokr_w2_a")


def used_parts(parts: Parts) -> set[str]:
    """The endings that ComfyUI reads; the others it does not know, or not so."""
    used: set[str] = set()
    for up, down in PAIRS:
        if up in parts:
            used |= {up, down, ".lora_mid.weight", ".reshape_weight"}
            break
    if ".hada_w1_a" in parts:
        used |= {*_LOHA, ".hada_t1", ".hada_t2"}
    if any(name in parts for name in _LOKR):
        used |= {*_LOKR, ".lokr_w1_b", ".lokr_w2_b", ".lokr_t2"}
    if ".a1.weight" in parts:
        used |= set(_GLORA)
    if ".oft_blocks" in parts and len(parts[".oft_blocks"].shape) in (3, 4):
        used |= {".oft_blocks", ".rescale"}
    if ".w_norm" in parts:
        used |= {".w_norm", ".b_norm"}
    used |= {".diff", ".diff_b", ".set_weight"}
    found = used & set(parts)
    return found | (_ALWAYS & set(parts)) if found else set()


def fits(parts: Parts, shape: Shape | None, bias: Shape | None) -> bool:
    """Whether every part can be applied; a shape that is not known fits.

    ``shape`` is that of the layer or of the rows that are meant, ``bias`` that of its
    bias; an empty one means that there is none.
    """
    if ".diff_b" in parts and bias is not None and parts[".diff_b"].shape != bias:
        return False
    if shape is None:
        return True
    return all(check(parts, shape) for check in _CHECKS)


def _numbers(shape: Shape) -> int:
    count = 1
    for side in shape:
        count *= side
    return count


def _lora(parts: Parts, shape: Shape) -> bool:
    for up_name, down_name in PAIRS:
        if up_name not in parts:
            continue
        up, down = parts[up_name].shape, parts.get(down_name)
        if down is None or len(up) < 2 or len(down.shape) < 2:
            return False
        if ".reshape_weight" in parts:
            return True
        mid = parts.get(".lora_mid.weight")
        if mid is not None and len(mid.shape) == 4:
            made = up[0] * down.shape[1] * mid.shape[2] * mid.shape[3]
            return made == _numbers(shape)
        if _numbers(up[1:]) != down.shape[0]:
            return False
        return up[0] * _numbers(down.shape[1:]) == _numbers(shape)
    return True


def _loha(parts: Parts, shape: Shape) -> bool:
    if ".hada_w1_a" not in parts:
        return True
    if any(name not in parts or len(parts[name].shape) != 2 for name in _LOHA):
        return False
    for first, second, core in ((*_LOHA[:2], ".hada_t1"), (*_LOHA[2:], ".hada_t2")):
        high, wide = parts[first].shape, parts[second].shape
        made = high[0] * wide[1]
        if core in parts and len(parts[core].shape) == 4:
            made = high[1] * wide[1] * _numbers(parts[core].shape[2:])
        elif high[1] != wide[0]:
            return False
        if made != _numbers(shape):
            return False
    return True


def _lokr(parts: Parts, shape: Shape) -> bool:
    if not any(name in parts for name in _LOKR):
        return True
    first = _factor(parts, ".lokr_w1", "")
    second = _factor(parts, ".lokr_w2", ".lokr_t2")
    if first is None or second is None:
        return False
    return first * second == _numbers(shape)


def _factor(parts: Parts, name: str, core: str) -> int | None:
    if name in parts:
        return _numbers(parts[name].shape)
    high, wide = parts.get(f"{name}_a"), parts.get(f"{name}_b")
    if high is None or wide is None or len(high.shape) < 2 or len(wide.shape) < 2:
        return None
    if core in parts and len(parts[core].shape) == 4:
        return high.shape[1] * wide.shape[1] * _numbers(parts[core].shape[2:])
    return high.shape[0] * _numbers(wide.shape[1:])


def _whole(parts: Parts, shape: Shape) -> bool:
    """Differences and replacements have the layer's own shape."""
    for name in (".diff", ".set_weight", ".w_norm"):
        if name in parts and parts[name].shape != shape:
            return False
    return True


def _oft(parts: Parts, shape: Shape) -> bool:
    blocks = parts.get(".oft_blocks")
    if blocks is None or len(blocks.shape) not in (3, 4):
        return True
    count, size = blocks.shape[-3], blocks.shape[-2]
    return count * size == shape[0]


def _dora(parts: Parts, shape: Shape) -> bool:
    """The scale is divided by the norm of each row, or column, and then multiplied."""
    scale = parts.get(".dora_scale")
    if scale is None or not shape or not any(up in parts for up, _ in PAIRS):
        return True
    if not scale.shape or len(shape) < 2:
        return False
    ones = (1,) * (len(shape) - 2)
    by_row = scale.shape[0] == shape[0]
    norm = (shape[0], 1, *ones) if by_row else (1, shape[1], *ones)
    made = _stretched(scale.shape, norm)
    return made is not None and _stretched(made, shape) == shape


def _stretched(first: Shape, second: Shape) -> Shape | None:
    """Two shapes stretched to fit each other, as torch does; None if they cannot."""
    length = max(len(first), len(second))
    pairs = zip(
        (1,) * (length - len(first)) + first,
        (1,) * (length - len(second)) + second,
        strict=True,
    )
    made = []
    for one, other in pairs:
        if one != other and 1 not in (one, other):
            return None
        made.append(max(one, other))
    return tuple(made)


_CHECKS = (_lora, _loha, _lokr, _whole, _oft, _dora)
