"""Takes the fingerprint of a server that answers, and of one that only has files."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from comfydoctor.comfy import fingerprint as parts
from comfydoctor.comfy.client import Client
from comfydoctor.comfy.install.find import installation_of
from comfydoctor.doctor.meeting import Acquaintance
from comfydoctor.errors import ServerError
from comfydoctor.host.local import Place
from comfydoctor.model.fingerprint import Fingerprint, Part
from comfydoctor.model.installation import Installation
from comfydoctor.store.redact import redact_text

ELSEWHERE = "the server runs on another computer"
HIDDEN = "its process may not be looked at"
NO_ANSWER = "the server does not answer"
_FOLDERS_MAX = 16
"""Types of models asked of a remote server, one request each."""
_PAUSE = 0.3
"""Seconds between them."""
_LOCAL = ("core", "packs", "packages", "settings", "driver")


@dataclass(frozen=True)
class Taken:
    """A fingerprint, and the installation that its files were read from."""

    fingerprint: Fingerprint
    installation: Installation | None = None


async def take(
    client: Client,
    known: Acquaintance,
    *,
    installation: Installation | None = None,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> Taken:
    """Everything that this server and its files tell; says what it could not read.

    Asks for the node definitions, during which the server answers nobody else: only
    while no job runs. Never raises a ServerError.
    """
    found: dict[str, Part] = {
        "server": parts.server_part(known.info),
        "flags": redacted(parts.flags_part(known.info.argv[1:])),
    }
    unread: dict[str, str] = {}
    await _nodes(client, found, unread)
    here = await _installation(known, installation)
    if here is not None:
        found |= await asyncio.to_thread(_from_files, here)
    else:
        told = parts.told_packages_part(known.info)
        if told:
            found["packages"] = told
    at_home = here is not None or bool(known.whereabouts.files_here)
    await _models(client, known, found, unread, None if at_home else sleep)
    _say_unread(known, found, unread)
    return Taken(Fingerprint(found, unread), here)


async def take_files(installation: Installation) -> Fingerprint:
    """What the files alone tell, of a server that does not answer."""
    found = dict(await asyncio.to_thread(_from_files, installation))
    if installation.flags:
        found["flags"] = redacted(parts.flags_part(installation.flags))
    server = {"version": installation.version, "torch": installation.torch}
    if all(server.values()):
        found["server"] = server
    folders = _folders_of(installation)
    found["models"] = await asyncio.to_thread(parts.models_part, folders)
    return Fingerprint(found, {"nodes": NO_ANSWER})


def _folders_of(installation: Installation) -> dict[str, list[str]]:
    """Its own model folders by their names, and those that are added."""
    from pathlib import Path

    from comfydoctor.comfy.install.files import entries

    found: dict[str, list[str]] = {}
    for entry in entries(Path(installation.base, "models")):
        if entry.is_dir():
            found.setdefault(entry.name, []).append(entry.path)
    for section in installation.model_folders:
        for kind, folder in section.folders:
            found.setdefault(kind, []).append(folder)
    return found


def redacted(part: Part) -> Part:
    """Start flags may hold passwords, and addresses with a login."""
    return {name: redact_text(value) for name, value in part.items()}


async def _installation(
    known: Acquaintance, installation: Installation | None
) -> Installation | None:
    where = known.whereabouts
    if installation is not None or known.info.simulated:
        return installation
    if where.place is not Place.HERE or where.pid is None:
        return None
    return await asyncio.to_thread(installation_of, where.pid)


def _from_files(installation: Installation) -> dict[str, Part]:
    found: dict[str, Part | None] = {
        "core": parts.core_part(installation),
        "packs": parts.packs_part(installation),
        "packages": parts.packages_part(installation),
        "settings": parts.settings_part(installation),
        "driver": parts.driver_part(),
    }
    return {name: part for name, part in found.items() if part is not None}


async def _nodes(
    client: Client, found: dict[str, Part], unread: dict[str, str]
) -> None:
    try:
        definitions = await client.definitions()
    except ServerError as error:
        unread["nodes"] = f"the node definitions did not come ({error})"
        return
    found["nodes"] = await asyncio.to_thread(parts.nodes_part, definitions)


async def _models(
    client: Client,
    known: Acquaintance,
    found: dict[str, Part],
    unread: dict[str, str],
    sleep: Callable[[float], Awaitable[None]] | None,
) -> None:
    """From the disk where it is ours (no ``sleep``), else by the server's own lists."""
    if sleep is None:
        found["models"] = await asyncio.to_thread(parts.models_part, known.folders)
        return
    try:
        found["models"] = await _listed(client, sleep)
    except ServerError as error:
        unread["models"] = f"the server did not list its models ({error})"


async def _listed(
    client: Client, sleep: Callable[[float], Awaitable[None]]
) -> dict[str, str]:
    listed: dict[str, str] = {}
    for folder in (await client.model_folders())[:_FOLDERS_MAX]:
        for file in await client.model_files(folder) or ():
            size = "size not told" if file.size is None else f"{file.size} bytes"
            when = "" if file.modified is None else f" of {file.modified:.0f}"
            listed[f"{folder}/{file.name}"] = f"{size}{when}"
        await sleep(_PAUSE)
    return listed


def _say_unread(
    known: Acquaintance, found: dict[str, Part], unread: dict[str, str]
) -> None:
    why = ELSEWHERE if known.whereabouts.place is Place.ELSEWHERE else HIDDEN
    cards = any(device.has_vram for device in known.info.devices)
    for name in _LOCAL:
        if name not in found and (cards or name != "driver"):
            unread.setdefault(name, why)
