"""Where resources/ lies: in the source tree, or inside the installed package."""

from pathlib import Path

from comfydoctor.errors import ContentError


def resources_root() -> Path:
    """The folder of our content files.

    A wheel carries it as ``comfydoctor/resources``; a checkout has it beside
    the package.
    """
    package = Path(__file__).resolve().parents[1]
    for place in (package / "resources", package.parent / "resources"):
        if place.is_dir():
            return place
    raise ContentError(
        f"The content files are missing: no folder 'resources' near {package}.",
        advice="Install ComfyDoctor again.",
    )
