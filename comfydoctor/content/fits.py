"""Which versions fit which: resources/fits.toml -> checked tables."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, TypeAdapter

from comfydoctor.content.schema import Strict
from comfydoctor.content.toml import read_checked

Version = Annotated[str, Field(pattern=r"^\d+(\.\d+)*$")]


class DriverNeed(Strict):
    """The oldest NVIDIA driver that a CUDA build of PyTorch starts with."""

    cuda: int = Field(ge=100, le=999)
    """As in ``+cu128``: this build and newer ones, up to the next entry."""
    linux: Version
    windows: Version


class TritonPair(Strict):
    """A triton for Windows and the PyTorch that it is made for."""

    triton: Version
    torch: Version


class Fits(Strict):
    """All tables."""

    drivers: tuple[DriverNeed, ...]
    """Oldest build first."""
    triton: tuple[TritonPair, ...]
    numpy2: dict[str, Version]
    """Package, and its first version that was built for NumPy 2."""
    stand_ins: tuple[tuple[str, ...], ...]
    """Packages of which any one does for the others."""
    weighty: tuple[str, ...]
    """Packages whose conflicts break things; those of others mostly do not."""

    def instead_of(self, name: str) -> tuple[str, ...]:
        """Packages that do the work of another one."""
        for group in self.stand_ins:
            if name in group:
                return group
        return ()


def load_fits(root: Path) -> Fits:
    """The tables. Raises ContentError, which names file and place."""
    return read_checked(root / "fits.toml", TypeAdapter(Fits))
