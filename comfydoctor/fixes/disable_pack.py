"""Switch a node pack off without touching a file in it."""

import asyncio
from pathlib import Path

from comfydoctor.fixes.base import Care
from comfydoctor.fixes.localfolders import find_pack
from comfydoctor.fixes.mover import Move, Mover, move_of
from comfydoctor.model.wish import Wish

SUFFIX = ".disabled"
"""ComfyUI 0.33 nodes.py and main.py skip entries with this ending."""


class DisablePack(Mover):
    """The target is the pack's name or the path of its folder."""

    id = "disable-pack"
    title = "Disable a node pack"
    about = "Renames the folder of a node pack so that ComfyUI does not load it."
    verb = "Rename"
    done_words = "is disabled from the next start on"

    async def moves(self, care: Care, wish: Wish) -> tuple[Move, ...]:
        pack = await find_pack(care, wish.subject, enabled=True)
        folder = Path(pack.folder)
        target = folder.with_name(folder.name + SUFFIX)
        return (await asyncio.to_thread(move_of, folder, target),)

    def heading(self, moves: tuple[Move, ...]) -> str:
        return f"Disable {Path(moves[0].source).name}"

    def loss(self, moves: tuple[Move, ...]) -> str:
        return (
            "Nothing is deleted. From the next start of ComfyUI on, the nodes of this "
            "pack are missing, and workflows that use them do not run."
        )
