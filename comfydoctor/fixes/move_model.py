"""Move a model into the folder where ComfyUI looks for its kind."""

import asyncio
from pathlib import Path

from comfydoctor.assets.folder import home_of
from comfydoctor.assets.header import examine_file
from comfydoctor.errors import NotApplicable
from comfydoctor.fixes.base import Care
from comfydoctor.fixes.localfolders import local_folders
from comfydoctor.fixes.mover import Move, Mover, move_of
from comfydoctor.fixes.quarantine_model import local_model
from comfydoctor.model.wish import Wish


class MoveModel(Mover):
    """Option ``to`` names the type of folder; left out, the file's header tells."""

    id = "move-model"
    title = "Move a model to its folder"
    about = "Moves a model that lies in a wrong folder to where ComfyUI finds it."
    done_words = "lies in its folder"

    async def moves(self, care: Care, wish: Wish) -> tuple[Move, ...]:
        path = await local_model(care, wish.subject)
        kind = wish.get("to") or await asyncio.to_thread(_home, path)
        folders = (await local_folders(care)).get(kind, ())
        if not folders:
            raise NotApplicable(f"This server has no folder “{kind}” here.")
        if path.parent in folders:
            raise NotApplicable(f"{path.name} lies in “{kind}” already.")
        volume = path.lstat().st_dev
        near = [one for one in folders if one.stat().st_dev == volume]
        target = (near or list(folders))[0] / path.name
        return (await asyncio.to_thread(move_of, path, target),)

    def heading(self, moves: tuple[Move, ...]) -> str:
        path = Path(moves[0].target)
        return f"Move {path.name} to {path.parent.name}"

    def loss(self, moves: tuple[Move, ...]) -> str:
        return (
            "Nothing. Workflows that name the file at its old place must choose it "
            "again; press R in ComfyUI so that lists show it."
        )


def _home(path: Path) -> str:
    found = examine_file(path)
    kind = home_of(found.kind)
    if not kind:
        raise NotApplicable(
            f"What kind of model {path.name} is cannot be told.",
            advice="Say where it belongs with to=FOLDER, such as to=loras.",
        )
    return kind
