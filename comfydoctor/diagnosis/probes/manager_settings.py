"""Do the Manager's own settings fit how the server is reached?"""

import configparser
from collections.abc import Iterator, Mapping
from pathlib import Path

from comfydoctor.comfy.install.files import is_file, read_text
from comfydoctor.diagnosis.environment.fileprobe import FileProbe, flags_of
from comfydoctor.diagnosis.flags import Flags
from comfydoctor.diagnosis.probe import Look
from comfydoctor.host.local import is_loopback
from comfydoctor.model.finding import Confidence, Evidence, Finding, Severity
from comfydoctor.model.installation import Installation
from comfydoctor.model.probe import ProbeResult

LEVELS = ("strong", "normal", "normal-", "weak")
"""All there are; anything else counts as ``normal`` (ComfyUI-Manager)."""
OPEN = {"normal-", "weak"}
PLACES = (
    "__manager/config.ini",
    "default/ComfyUI-Manager/config.ini",
)
"""Below the user folder: Manager >= 3.38 with core >= 0.3.76, and before."""


class ManagerSettings(FileProbe):
    """Its config.ini, read as text, against where the server listens."""

    id = "manager-settings"
    every = 30.0

    def read(self, look: Look, found: Installation) -> ProbeResult:
        file = next(filter(is_file, _files(found)), None)
        if file is None:
            return self.result("There is no config.ini of a Manager.")
        settings = read_settings(file)
        level = settings.get("security_level", "normal").strip().lower()
        mode = settings.get("network_mode", "public").strip().lower()
        detail = f"security_level = {level}, network_mode = {mode} ({file})."
        findings = list(_findings(look, level, flags_of(look, found), detail))
        return self.result(detail, findings)


def _files(found: Installation) -> Iterator[Path]:
    yield from (Path(found.user, place) for place in PLACES)
    for pack in found.packs:
        if pack.name.lower() == "comfyui-manager":
            yield Path(pack.folder, "config.ini")


def read_settings(file: Path) -> Mapping[str, str]:
    """The section ``default`` of an ini file; empty when it is none."""
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(read_text(file, 65_536))
    except configparser.Error:
        return {}
    return dict(parser["default"]) if parser.has_section("default") else {}


def _findings(look: Look, level: str, flags: Flags, detail: str) -> Iterator[Finding]:
    evidence = [Evidence("file:config.ini", detail)]
    if level in OPEN and _is_reachable(flags):
        yield look.finding(
            "manager-open-to-network",
            evidence,
            confidence=Confidence.LIKELY,
            values={"level": level},
        )
    elif level not in LEVELS:
        yield look.finding(
            "manager-level-unknown",
            evidence,
            confidence=Confidence.CERTAIN,
            severity=Severity.INFO,
            values={"level": level},
        )


def _is_reachable(flags: Flags) -> bool:
    if "--listen" not in flags:
        return False
    listens = flags.value("--listen", "0.0.0.0")  # noqa: S104 - what a bare one means
    return any(not is_loopback(a.strip("[] ")) for a in listens.split(",") if a.strip())
