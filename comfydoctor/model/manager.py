"""The node manager of a server."""

from dataclasses import dataclass
from enum import Enum


class ManagerGeneration(Enum):
    """The incompatible generations of ComfyUI-Manager."""

    NONE = "none"
    V3 = "v3"
    V4_GET = "v4-get"
    """V4 before 4.2.1: state-changing routes are GET."""
    V4_POST = "v4-post"
    """V4 since 4.2.1: state-changing routes are POST."""


@dataclass(frozen=True)
class Manager:
    """The node manager found on a server, detected without changing anything."""

    generation: ManagerGeneration = ManagerGeneration.NONE
    version: str = ""
