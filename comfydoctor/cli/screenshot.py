"""What the ``screenshot`` verb understands."""

import os

from comfydoctor.errors import UsageError

LARGEST = 10_000


def read_size(text: str) -> tuple[int, int]:
    """``1280x800`` as two numbers."""
    width, x, height = text.lower().partition("x")
    if not (x and width.isdecimal() and height.isdecimal()):
        raise UsageError(f"{text} is no size.", advice="Write it as 1280x800.")
    if not (0 < int(width) <= LARGEST and 0 < int(height) <= LARGEST):
        raise UsageError(f"{text} is too large or empty.")
    return int(width), int(height)


def without_screen() -> None:
    """Draw into memory: a picture needs no display."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
