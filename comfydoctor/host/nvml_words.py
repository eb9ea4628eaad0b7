"""NVML's error numbers and throttle bits in plain words."""

from comfydoctor.host.gpu import GpuTrouble

NO_MODULE = -1
"""Our own number: the Python module is not installed."""
GONE = -2
"""Our own number: a card that was there is no longer listed."""
LIBRARY_NOT_FOUND = 12
DRIVER_NOT_LOADED = 9
NEUTRAL = frozenset({NO_MODULE, LIBRARY_NOT_FOUND, DRIVER_NOT_LOADED})
"""No NVIDIA card in use here; that is nobody's fault."""
INCIDENTS = frozenset({GONE, 8, 11, 14, 15, 16})
"""The card itself failed."""

WORDS: dict[int, tuple[str, str]] = {
    NO_MODULE: (
        "The Python module for NVIDIA cards is not installed.",
        "Install the package nvidia-ml-py.",
    ),
    GONE: (
        "The graphics card is no longer listed by the driver.",
        "Look for Xid messages in the system log, then restart the computer.",
    ),
    1: ("The NVIDIA driver was unloaded.", "It is opened anew by itself."),
    2: ("The NVIDIA driver does not know this card (any more).", ""),
    3: ("This card does not tell that.", ""),
    4: (
        "We are not allowed to read this card.",
        "Ask whoever runs this computer for access to /dev/nvidia*.",
    ),
    5: ("The NVIDIA driver was opened twice.", ""),
    6: ("The NVIDIA driver does not find what we asked for.", ""),
    7: ("The NVIDIA driver has more to say than there is room for.", ""),
    8: (
        "The graphics card has no power from its extra cables.",
        "Switch the computer off and check the card's power cables.",
    ),
    9: (
        "The NVIDIA driver is not loaded.",
        "If there is an NVIDIA card, install its driver or restart the computer.",
    ),
    10: (
        "The NVIDIA driver did not answer in time.",
        "If it stays so, restart the computer.",
    ),
    11: (
        "The graphics card has an interrupt problem.",
        "Restart the computer; if it comes back, reseat the card.",
    ),
    12: (
        "No NVIDIA driver is installed.",
        "Nothing to do if there is no NVIDIA card here.",
    ),
    13: (
        "The NVIDIA driver is too old to tell that.",
        "Update the NVIDIA driver.",
    ),
    14: (
        "The graphics card's own memory of itself (infoROM) is damaged.",
        "Have the card checked by its maker.",
    ),
    15: (
        "The graphics card has dropped off the bus.",
        "Restart the computer. If it comes back: power, cables, heat, or the card.",
    ),
    16: (
        "The graphics card must be reset before it can work again.",
        "Stop ComfyUI and run nvidia-smi --gpu-reset, or restart the computer.",
    ),
    17: ("The operating system does not let us reach the card.", ""),
    18: (
        "The NVIDIA driver was updated but its old part still runs.",
        "Restart the computer.",
    ),
    19: ("The graphics card is in use by another tool that locks it.", ""),
    20: ("There is too little memory to ask the NVIDIA driver.", ""),
    21: ("The card has nothing to tell on that now.", ""),
    22: ("Virtual cards of this kind cannot check their memory for errors.", ""),
    23: ("The graphics card has too few resources left for that.", ""),
    24: ("The card cannot run at that clock.", ""),
    25: ("The NVIDIA driver and our Python module do not fit each other.", ""),
    26: ("The NVIDIA driver no longer tells that.", ""),
    27: ("The graphics card is not ready yet.", "Wait a moment."),
    28: (
        "The graphics card cannot be found.",
        "If it was there before, restart the computer.",
    ),
    29: ("The graphics card is in a state in which it cannot be read.", ""),
    30: ("The card cannot be reset in that way.", ""),
    999: (
        "The NVIDIA driver failed without saying why.",
        "Look for Xid messages in the system log; restart the computer if it stays.",
    ),
}

THROTTLES: dict[int, str] = {
    0x4: "at its power limit",
    0x8: "hardware slow-down",
    0x10: "waiting for other cards (sync boost)",
    0x20: "too hot",
    0x40: "much too hot (hardware limit)",
    0x80: "power brake from outside",
    0x200: "at its board limit",
    0x400: "at its reliability voltage",
}
"""Idle, chosen clocks and display clocks are no throttling."""


def trouble(code: int) -> GpuTrouble:
    """Say what an error number means; unknown numbers are named as such."""
    text, advice = WORDS.get(code, (f"The NVIDIA driver reports error {code}.", ""))
    return GpuTrouble(
        text, advice, code, neutral=code in NEUTRAL, incident=code in INCIDENTS
    )


def throttles(bits: int | None) -> tuple[str, ...] | None:
    """Name what holds clocks down, None where the card does not tell."""
    if bits is None:
        return None
    return tuple(words for bit, words in THROTTLES.items() if bits & bit)
