"""Folders of a server that lie on this computer."""

import asyncio
from pathlib import Path

from comfydoctor.comfy.install.find import find_installations
from comfydoctor.comfy.install.packs import read_packs
from comfydoctor.errors import NotApplicable, ServerError
from comfydoctor.fixes.base import Care
from comfydoctor.model.installation import NodePack, port_of
from comfydoctor.model.server import ServerProfile

PACKS = "custom_nodes"


async def local_folders(care: Care) -> dict[str, tuple[Path, ...]]:
    """Type of model and its folders here, as the server tells; empty when it is away.

    Raises NotApplicable when the server's folders are on another computer.
    """
    try:
        told = await care.client.folder_paths()
    except ServerError:
        return {}
    here = {
        kind: tuple(path for path in map(Path, paths) if path.is_dir())
        for kind, paths in told.items()
    }
    if told and not any(here.values()):
        raise NotApplicable(
            "This server's files are on another computer.",
            advice="Run ComfyDoctor on that computer for this.",
        )
    return here


async def pack_folders(care: Care) -> tuple[Path, ...]:
    """Where node packs lie: as the server tells, else as the installations here do."""
    found = (await local_folders(care)).get(PACKS, ())
    return found or await asyncio.to_thread(_of_installations, care.profile)


def _of_installations(profile: ServerProfile) -> tuple[Path, ...]:
    """Pack folders of installations that would listen at this server's address."""
    port = int(profile.url.rpartition(":")[2].partition("/")[0] or 0)
    found = [
        Path(one.base) / PACKS
        for one in find_installations()
        if port in one.ports or port in {port_of(x.flags) for x in one.launchers}
    ]
    return tuple(folder for folder in dict.fromkeys(found) if folder.is_dir())


async def find_pack(care: Care, name: str, *, enabled: bool) -> NodePack:
    """A pack by its name, or by the path of its folder. Raises NotApplicable."""
    if not name:
        raise NotApplicable("Name a node pack.")
    path = Path(name)
    if path.is_absolute():
        folders: tuple[Path, ...] = (
            path.parent.parent if path.parent.name == ".disabled" else path.parent,
        )
        if folders[0].name != PACKS:
            raise NotApplicable(f"{name} is no folder inside {PACKS}.")
    else:
        folders = await pack_folders(care)
    packs = await asyncio.to_thread(read_packs, folders)
    wanted = [p for p in packs if name in {p.name, p.folder, Path(p.folder).name}]
    state = [pack for pack in wanted if pack.enabled == enabled]
    if state:
        return state[0]
    if wanted:
        word = "disabled" if enabled else "enabled"
        raise NotApplicable(f"{wanted[0].name} is {word} already.")
    raise NotApplicable(f"There is no node pack “{name}” on this computer.")
