"""Does ComfyUI lie in a good place?"""

import asyncio
import re
from collections.abc import Iterable, Iterator

from comfydoctor.diagnosis.environment.fileprobe import is_windows
from comfydoctor.diagnosis.environment.limits import is_wsl
from comfydoctor.diagnosis.environment.placement import (
    LONG,
    Placement,
    cloud_of,
    is_program_files,
    is_share,
    is_windows_drive_in_wsl,
    odd_letters,
)
from comfydoctor.diagnosis.flags import Flags
from comfydoctor.diagnosis.probe import Look, Probe
from comfydoctor.model.finding import Confidence, Evidence, Finding
from comfydoctor.model.probe import ProbeResult

_ABSOLUTE = re.compile(r"/|[A-Za-z]:[\\/]|\\\\")
_FOLDERS = ("--base-directory", "--output-directory", "--user-directory")


class InstallPath(Probe):
    """The folders that the server names, wherever it runs; nothing is opened."""

    id = "install-path"

    def applies(self, look: Look) -> bool:
        return not (look.info and look.info.simulated)

    async def run(self, look: Look) -> ProbeResult:
        found = await look.home.installation()
        places = [*_told(look), *((found.root, found.base) if found else ())]
        places = list(dict.fromkeys(place for place in places if place))
        if not places:
            return self.unknown("Not known: the server does not name its folders.")
        in_wsl = look.is_here and await asyncio.to_thread(is_wsl)
        remarks = list(_once(_remarks(places, windows=is_windows(look), wsl=in_wsl)))
        findings = [_finding(look, remark) for remark in remarks]
        detail = "; ".join(r.words for r in remarks) or places[0]
        return self.result(f"{detail}.", findings)


def _told(look: Look) -> Iterator[str]:
    """Its program folder, by where its nodes lie, and folders of its options."""
    for folder in look.folders.get("custom_nodes", ())[:1]:
        yield re.sub(r"[\\/]custom_nodes[\\/]?$", "", folder)
    flags = Flags(look.info.argv if look.info else ())
    for name in _FOLDERS:
        if _ABSOLUTE.match(place := flags.value(name)):
            yield place


def _remarks(places: Iterable[str], *, windows: bool, wsl: bool) -> Iterator[Placement]:
    for place in places:
        if cloud := cloud_of(place):
            yield Placement("synced-folder", place, f"{place} is copied by {cloud}")
        if is_share(place):
            yield Placement("folder-on-network", place, f"{place} is on the network")
        if wsl and is_windows_drive_in_wsl(place):
            words = f"{place} is on a drive of Windows, seen from WSL"
            yield Placement("windows-drive-in-wsl", place, words)
        if windows:
            yield from _windows_remarks(place)


def _windows_remarks(place: str) -> Iterator[Placement]:
    if is_program_files(place):
        words = f"{place} may be written by administrators only"
        yield Placement("installed-in-program-files", place, words)
    if odd := odd_letters(place):
        words = f"{place} has letters that some programs cannot read: {odd}"
        yield Placement("path-not-ascii", place, words)
    if len(place) > LONG:
        words = f"{place} is {len(place)} letters long"
        yield Placement("install-path-long", place, words)


def _once(remarks: Iterable[Placement]) -> Iterator[Placement]:
    """The first folder of each kind says it for those inside it."""
    seen: set[str] = set()
    for remark in remarks:
        if remark.cause not in seen:
            seen.add(remark.cause)
            yield remark


def _finding(look: Look, remark: Placement) -> Finding:
    return look.finding(
        remark.cause,
        [Evidence("probe:install-path", f"{remark.words}.")],
        confidence=Confidence.POSSIBLE,
        values={"path": remark.path},
    )
