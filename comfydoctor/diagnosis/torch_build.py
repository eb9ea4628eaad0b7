"""Which graphics cards a PyTorch build can use (failure families, section 5)."""

import re

_BUILD = re.compile(r"\+(cu(\d{2,3})|rocm|xpu|cpu)")
BLACKWELL = 10.0
OLDEST_SINCE_CU128 = 7.5

_CAPABILITIES: tuple[tuple[re.Pattern[str], float], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), capability)
    for pattern, capability in (
        (r"\bRTX 50[5-9]0|\bRTX PRO \d000 Blackwell", 12.0),
        (r"\bGB10\b", 12.1),
        (r"\b(?:G?B200|G?B300)\b", 10.0),
        (r"\b(?:H100|H200|H800|GH200)\b", 9.0),
        (r"\bRTX 40[5-9]0|\bL40S?\b|\bL4\b|\bRTX \d000 (?:SFF )?Ada", 8.9),
        (r"\bRTX 30[5-9]0|\bRTX A\d000|\bA10G?\b|\bA40\b|\bA16\b|\bA2\b", 8.6),
        (r"\bA100\b|\bA30\b|\bA800\b", 8.0),
        (r"\bMX450\b|\bMX550\b|\bNVIDIA T(?:400|500|600|1000|1200)\b", 7.5),
        (r"\bRTX 20[5-9]0|\bGTX 16[5-6]0|\bT4\b|\bTITAN RTX|\bQuadro RTX", 7.5),
        (r"\bV100|\bTITAN V\b|\bQuadro GV100", 7.0),
        (r"\bGTX 10[3-8]0|\bP40\b|\bP4\b|\bTITAN Xp?\b|\bQuadro P\d", 6.1),
        (r"\bMX(?:150|230|250|330|350)\b", 6.1),
        (r"\bP100\b", 6.0),
        (r"\bGTX 9[5-8]0|\bM40\b|\bM60\b|\bGTX TITAN X|\bQuadro M[456]000", 5.2),
        (r"\bGTX 7[45][05]\b|\bQuadro M\d|\bMX1[13]0\b", 5.0),
    )
)


def capability_of(card: str) -> float | None:
    """Compute capability of an NVIDIA card by its name; None when not known."""
    for pattern, capability in _CAPABILITIES:
        if pattern.search(card):
            return capability
    return None


def kind_of(torch: str) -> str:
    """``cu``, ``rocm``, ``xpu`` or ``cpu``; empty when the version does not say."""
    found = _BUILD.search(torch)
    return "" if not found else found[1].rstrip("0123456789")


def cuda_of(torch: str) -> int | None:
    """``2.9.1+cu128`` -> 128; None for other builds."""
    found = _BUILD.search(torch)
    return int(found[2]) if found and found[2] else None


def unfit(card: str, torch: str) -> str:
    """Cause id when the build has no kernels for the card, or empty."""
    capability, cuda = capability_of(card), cuda_of(torch)
    if capability is None or cuda is None:
        return ""
    if capability >= BLACKWELL and cuda < 128:
        return "torch-wheel-lacks-new-gpu-arch"
    if capability < OLDEST_SINCE_CU128 and cuda >= 128:
        return "torch-wheel-dropped-old-gpu-arch"
    return ""
