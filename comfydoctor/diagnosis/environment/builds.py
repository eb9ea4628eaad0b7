"""For which PyTorch a compiled package was built, by its own words."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from comfydoctor.comfy.install.files import read_text
from comfydoctor.model.installation import Package

_TORCH = re.compile(r"(?:torch|pt)(\d\.\d{1,2})(?!\d)")
_CUDA = re.compile(r"(?:^|[^a-z])cu(\d{2,3})")
_OPEN = ("andhigher", "andnewer", "abi3torch")
"""Builds for this PyTorch and all later ones say so."""
_JSON_MAX = 65_536


@dataclass(frozen=True)
class Build:
    """What a package was compiled for; empty texts where it does not say."""

    torch: str
    """Major and minor: ``2.9``."""
    cuda: str
    """Digits as in ``cu128``; two of them are a major alone."""
    said: str
    """Where it says so, word for word."""

    def misfit(self, torch: str) -> str:
        """Why it does not fit a PyTorch such as ``2.9.1+cu128``; empty when it does."""
        have = re.match(r"\d+\.\d+", torch)
        if self.torch and have and have[0] != self.torch:
            return f"it was built for PyTorch {self.torch}, {torch} is installed"
        found = _CUDA.search(torch)
        if self.cuda and found and not _same_cuda(self.cuda, found[1]):
            return f"it was built for CUDA {self.cuda}, PyTorch {torch} is installed"
        return ""


def _same_cuda(one: str, other: str) -> bool:
    """Majors count: libraries of one CUDA generation serve one another."""
    return one[:2] == other[:2]


def build_of(package: Package) -> Build | None:
    """None when it does not tell."""
    if package.key == "xformers" and (told := _xformers(package)):
        return told
    local = package.version.partition("+")[2]
    if not local or any(word in local.lower() for word in _OPEN):
        return None
    text = local.lower().replace("_", ".")
    torch, cuda = _TORCH.search(text), _CUDA.search(text)
    if torch is None and cuda is None:
        return None
    version = f"{package.name} {package.version}"
    return Build(torch[1] if torch else "", cuda[1] if cuda else "", version)


def _xformers(package: Package) -> Build | None:
    """XFormers writes what it was built for beside its libraries."""
    file = Path(package.metadata).parent / "xformers" / "cpp_lib.json"
    try:
        value = json.loads(read_text(file, _JSON_MAX) or "{}")
        told = value["version"]["torch"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    found = re.match(r"\d+\.\d+", told) if isinstance(told, str) else None
    if found is None:
        return None
    cuda = _CUDA.search(str(told))
    words = f"xformers/cpp_lib.json: built for PyTorch {told[:60]}"
    return Build(found[0], cuda[1] if cuda else "", words)
