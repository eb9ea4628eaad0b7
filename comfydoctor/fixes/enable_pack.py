"""Switch a node pack on again."""

import asyncio
from pathlib import Path

from comfydoctor.fixes.base import Care
from comfydoctor.fixes.disable_pack import SUFFIX
from comfydoctor.fixes.localfolders import find_pack
from comfydoctor.fixes.mover import Move, Mover, move_of
from comfydoctor.model.wish import Wish


class EnablePack(Mover):
    """Disabled by name, or moved into ``.disabled`` by ComfyUI-Manager."""

    id = "enable-pack"
    title = "Enable a node pack"
    about = "Renames the folder of a disabled node pack so that ComfyUI loads it."
    verb = "Rename"
    done_words = "is loaded from the next start on"

    async def moves(self, care: Care, wish: Wish) -> tuple[Move, ...]:
        pack = await find_pack(care, wish.subject, enabled=False)
        folder = Path(pack.folder)
        home = folder.parent
        if home.name == SUFFIX:
            home = home.parent
        target = home / folder.name.removesuffix(SUFFIX).partition("@")[0]
        return (await asyncio.to_thread(move_of, folder, target),)

    def heading(self, moves: tuple[Move, ...]) -> str:
        return f"Enable {Path(moves[0].target).name}"

    def loss(self, moves: tuple[Move, ...]) -> str:
        return "Nothing. From the next start of ComfyUI on, it loads this pack."
