"""Workspaces that comfy-cli knows, from its config.ini."""

import configparser
from collections.abc import Iterator
from pathlib import Path

from comfydoctor.comfy.install.candidate import Candidate
from comfydoctor.comfy.install.files import read_text
from comfydoctor.comfy.install.places import Places
from comfydoctor.comfy.install.version import is_comfyui
from comfydoctor.model.installation import InstallKind, Launcher

_LINE_MAX = 2000
_LINES_MAX = 500
_KEYS = ("default_workspace", "recent_workspace")


def comfy_cli_candidates(places: Places) -> Iterator[Candidate]:
    """The default and the recent workspace; often one and the same."""
    above = places.local if places.platform == "win32" else places.roaming
    file = above / "comfy-cli" / "config.ini"
    settings = read_settings(read_text(file))
    extras = settings.get("default_launch_extras", "").split()
    launchers = (Launcher(str(file), tuple(extras)),) if extras else ()
    for workspace in dict.fromkeys(settings.get(key, "").strip() for key in _KEYS):
        roots = (Path(workspace), Path(workspace, "ComfyUI")) if workspace else ()
        if root := next(filter(is_comfyui, roots), None):
            yield Candidate(
                InstallKind.COMFY_CLI,
                root,
                how=f"named by {file}",
                launchers=launchers,
            )


def read_settings(source: str) -> dict[str, str]:
    """The values of its only section; empty for a file that is damaged."""
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    # Its pattern for a value takes the square of a line's blanks in time.
    lines = [line for line in source.splitlines() if len(line) <= _LINE_MAX]
    try:
        parser.read_string("\n".join(lines[:_LINES_MAX]))
    except configparser.Error:
        return {}
    return dict(parser.defaults())
