"""Where a workflow's file lies, and how it is put there without losing any state."""

import asyncio
import contextlib
import os
import time
from abc import ABC, abstractmethod
from pathlib import Path

from comfydoctor.comfy.client import Client
from comfydoctor.errors import NotApplicable, StoreError, Unsupported
from comfydoctor.store.atomic import sync_folder, trouble

FOLDER = "workflows"
STAGE = "comfydoctor"
"""Folder of our own beside the workflows on the server."""
_PAUSES = (0.1, 0.3, 0.6, 1.0)


class WorkflowPlace(ABC):
    """One file. Nothing here ever overwrites: files are made anew and renamed."""

    where: str
    writing: str
    moving: str
    """For the person: the place, and what is done to it."""

    @abstractmethod
    async def read(self, name: str = "") -> bytes | None:
        """The file, or the one of ours beside it; None when it is not there."""

    @abstractmethod
    async def write(self, name: str, content: bytes) -> None:
        """Write a file of our own; on return it is on the disk."""

    @abstractmethod
    async def move(self, source: str, target: str) -> bool:
        """Rename, empty stands for the file.

        False when ``target`` is there, or ``source`` is not.
        """

    @abstractmethod
    async def delete(self, name: str) -> None:
        """Remove a file of our own."""

    @abstractmethod
    async def ours(self) -> tuple[str, ...]:
        """Files of our own that a crash left behind."""


class ServerPlace(WorkflowPlace):
    """Over ``/userdata``.

    The server renames and saves one after the other, so what a rename takes away is
    exactly what was saved last.
    """

    def __init__(self, client: Client, path: str) -> None:
        self._client, self._path = client, path
        self.where = f"{path} on the server"
        self.writing = f"POST /userdata/{STAGE}%2F…"
        self.moving = f"POST /userdata/…/move/{FOLDER}%2F{path.replace('/', '%2F')}"

    async def read(self, name: str = "") -> bytes | None:
        return await self._client.read_user_file(self._full(name))

    async def write(self, name: str, content: bytes) -> None:
        full = self._full(name)
        await self._client.write_user_file(full, content, overwrite=True)
        if await self.read(name) != content:
            raise StoreError(
                "The server did not keep what was written.",
                advice="Its disk may be full.",
            )

    async def move(self, source: str, target: str) -> bool:
        try:
            moved = await self._client.move_user_file(
                self._full(source), self._full(target)
            )
        except Unsupported:  # 404: there is no such file, as writing showed the route
            return False
        return moved is not None

    async def delete(self, name: str) -> None:
        await self._client.delete_user_file(self._full(name))

    async def ours(self) -> tuple[str, ...]:
        files = await self._client.user_files(STAGE)
        return tuple(file.path.rpartition("/")[2] for file in files)

    def _full(self, name: str) -> str:
        return f"{STAGE}/{name}" if name else f"{FOLDER}/{self._path}"


class FolderPlace(WorkflowPlace):
    """A file on this computer, with ComfyUI running or not."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.where = str(path)
        self.writing = f"write .{path.name}.….{STAGE}"
        self.moving = f"rename to {path.name}"

    async def read(self, name: str = "") -> bytes | None:
        return await asyncio.to_thread(self._read, name)

    async def write(self, name: str, content: bytes) -> None:
        await asyncio.to_thread(self._write, name, content)

    async def move(self, source: str, target: str) -> bool:
        return await asyncio.to_thread(self._move, source, target)

    async def delete(self, name: str) -> None:
        await asyncio.to_thread(self._full(name).unlink, missing_ok=True)

    async def ours(self) -> tuple[str, ...]:
        found = self._path.parent.glob(f".{self._path.name}.*.{STAGE}")
        return tuple(sorted(path.name.split(".")[-2] for path in found))

    def _full(self, name: str) -> Path:
        if not name:
            return self._path
        return self._path.with_name(f".{self._path.name}.{name}.{STAGE}")

    def _read(self, name: str) -> bytes | None:
        refuse_links(self._path)
        with contextlib.suppress(FileNotFoundError):
            return self._full(name).read_bytes()
        return None

    def _write(self, name: str, content: bytes) -> None:
        path = self._full(name)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            with contextlib.suppress(OSError):
                path.unlink()
            raise trouble(error, path) from error

    def _move(self, source: str, target: str) -> bool:
        refuse_links(self._path)
        old, new = self._full(source), self._full(target)
        try:
            if target and new.exists():
                return False
            if target:  # a name of our own that nobody else makes
                _rename(old, new)
            else:
                _rename_if_free(old, new)
        except (FileExistsError, FileNotFoundError):
            return False
        except OSError as error:
            raise trouble(error, new) from error
        sync_folder(new.parent)
        return True


def _rename(old: Path, new: Path) -> None:
    """In one step: what is saved up to it comes along, what comes later stays."""
    for pause in _PAUSES:
        try:
            old.rename(new)
            return
        except PermissionError:  # Windows: an editor or a scanner holds it a moment
            time.sleep(pause)
    old.rename(new)


def _rename_if_free(old: Path, new: Path) -> None:
    """Never onto a file that is there. Raises FileExistsError."""
    if os.name == "nt":  # there a rename refuses by itself
        _rename(old, new)
        return
    try:
        os.link(old, new, follow_symlinks=False)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        if new.exists():
            raise FileExistsError(new) from None
        old.rename(new)
    else:
        old.unlink()


def refuse_links(path: Path) -> None:
    """A link would lead the write somewhere else. Raises NotApplicable."""
    if path.is_symlink():
        raise NotApplicable(
            f"{path.name} is a link to {os.path.realpath(path)}.",
            advice="Name the file itself.",
        )
