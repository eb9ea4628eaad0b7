"""Whether a graphics driver is new enough for a build of PyTorch."""

import sys

from comfydoctor.content.fits import Fits
from comfydoctor.diagnosis.torch_build import cuda_of
from comfydoctor.model.server import version_tuple


def oldest_driver(fits: Fits, torch: str, platform: str = sys.platform) -> str:
    """The driver that a build such as ``2.9.1+cu128`` needs; empty when not known."""
    cuda = cuda_of(torch)
    if cuda is None:
        return ""
    fitting = [need for need in fits.drivers if need.cuda <= cuda]
    if not fitting:
        return ""
    return fitting[-1].windows if platform == "win32" else fitting[-1].linux


def is_too_old(driver: str, wanted: str) -> bool:
    """Whether a driver's version is below what is wanted; false when not known."""
    have, want = version_tuple(driver), version_tuple(wanted)
    return bool(have and want) and have < want
