"""The models of one server: from folders that are here, else as it lists them."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from comfydoctor.assets.folder import MEANT
from comfydoctor.assets.imposter import unfinished
from comfydoctor.comfy.client import Client
from comfydoctor.comfy.text import one_line
from comfydoctor.doctor.models import (
    Found,
    LoraMatcher,
    ModelScanner,
    find_models,
    open_cache,
)
from comfydoctor.errors import ServerError
from comfydoctor.host.local import Place, Whereabouts, locate
from comfydoctor.model.modelfile import LoraMatch, ModelFile, ModelKind, ModelShelf
from comfydoctor.store.paths import Paths

OnShelf = Callable[[ModelShelf], None]
Folders = Mapping[str, Sequence[str]]
NOT_MODELS = {"configs", "custom_nodes", "datasets", "diffusers", "classifiers"}
POINTER = range(100, 201)
"""Bytes of a git-lfs pointer."""
SMALLEST = 2000
"""Bytes of the smallest models there are; embeddings have some 3,000."""
MOST_FOLDERS = 300
SHARE = ("\\\\", "//")
TELL_EVERY = 0.25
NOTES = {
    "modelspec.title": "It calls itself",
    "modelspec.architecture": "Its notes say it is for",
    "ss_base_model_version": "It was trained on",
    "ss_sd_model_name": "It was trained with",
}
"""Keys of a safetensors file's own notes, and the words before them."""
ELSEWHERE = (
    "As the server lists them: names and sizes only. Headers are read where the files "
    "lie on this computer."
)
HERE = "Read from the server's folders on this computer: headers only."


class Shelf:
    """Reads what models a server has; on its loop, the disk in a thread."""

    def __init__(
        self,
        client: Client,
        url: str,
        paths: Paths | None = None,
        *,
        find: Callable[[str, Folders], Whereabouts] = locate,
    ) -> None:
        self._client = client
        self._url = url
        self._paths = paths
        self._find = find
        self._matcher = LoraMatcher()

    async def read(self, on_shelf: OnShelf | None = None) -> ModelShelf:
        """All models; ``on_shelf`` hears some times a second how far it is.

        Raises ServerError where the server tells neither folders nor files.
        """
        folders = await self.folders()
        where = await asyncio.to_thread(self._find, self._url, folders)
        if where.place is Place.HERE:
            here = await asyncio.to_thread(folders_here, folders)
            if here:
                return await self._read_here(here, on_shelf)
        return await self._read_listed(on_shelf)

    async def notes(self, file: ModelFile) -> tuple[str, ...]:
        """What a listed safetensors file says of itself, by the server's word.

        The server reads the header for it, so only the file that one looks at is asked.
        """
        if not file.name.lower().endswith((".safetensors", ".sft")):
            return ()
        try:
            known = await self._client.model_metadata(file.folder, file.name)
        except ServerError:
            return ()
        return tuple(
            f"{words}: {one_line(str(known[key]), 160)}."
            for key, words in NOTES.items()
            if known and isinstance(known.get(key), str) and known[key]
        )

    async def match(
        self,
        bases: Sequence[str],
        loras: Sequence[str],
        on_pair: Callable[[LoraMatch], None] | None = None,
    ) -> list[LoraMatch]:
        """Every LoRA with every base; paths of files on this computer."""
        stopped = threading.Event()
        loop = asyncio.get_running_loop()

        def tell(pair: LoraMatch) -> None:
            if stopped.is_set():
                raise asyncio.CancelledError
            if on_pair is not None:
                loop.call_soon_threadsafe(on_pair, pair)

        def work() -> list[LoraMatch]:
            return self._matcher.matrix(bases, loras, tell)

        try:
            return await asyncio.to_thread(work)
        except asyncio.CancelledError:
            stopped.set()
            raise

    async def folders(self) -> dict[str, tuple[str, ...]]:
        """The server's model folders by type; none where it does not tell."""
        """The server's model folders by type; none where it does not tell."""
        try:
            known = await self._client.folder_paths()
        except ServerError:
            return {}
        return {kind: paths for kind, paths in known.items() if kind not in NOT_MODELS}

    async def _read_here(
        self, roots: list[tuple[str, str]], on_shelf: OnShelf | None
    ) -> ModelShelf:
        stopped = threading.Event()
        loop = asyncio.get_running_loop()

        def tell(shelf: ModelShelf) -> None:
            if on_shelf is not None:
                loop.call_soon_threadsafe(on_shelf, shelf)

        def work() -> ModelShelf:
            with open_cache(self._paths) as cache:
                reading = Reading(ModelScanner(cache), tell, stopped.is_set)
                return reading.all(find_models(roots))

        try:
            return await asyncio.to_thread(work)
        except asyncio.CancelledError:
            stopped.set()
            raise

    async def _read_listed(self, on_shelf: OnShelf | None) -> ModelShelf:
        kinds = await self._client.model_folders()
        wanted = [kind for kind in kinds if kind not in NOT_MODELS]
        files: list[ModelFile] = []
        for number, kind in enumerate(wanted, 1):
            files += await self._listed(kind)
            if on_shelf is not None:
                so_far = ModelShelf(tuple(files), about=ELSEWHERE, done=number)
                on_shelf(replace(so_far, total=len(wanted)))
        return ModelShelf(
            tuple(files), False, ELSEWHERE, len(files), len(files), complete=True
        )

    async def _listed(self, kind: str) -> list[ModelFile]:
        try:
            known = await self._client.model_files(kind)
        except ServerError:
            known = None
        if known is not None:
            return [as_listed(kind, f.name, f.size, f.modified) for f in known]
        names = await self._client.models(kind)
        return [as_listed(kind, name, None, None) for name in names or ()]


class Reading:
    """One pass over the files of a computer, in a thread."""

    def __init__(
        self, scanner: ModelScanner, tell: OnShelf, stopped: Callable[[], bool]
    ) -> None:
        self._scanner = scanner
        self._tell = tell
        self._stopped = stopped
        self._told = 0.0

    def all(self, found: Iterable[Found]) -> ModelShelf:
        """Every file: first at a glance, then in full; less when it is stopped."""
        listed = self._listed(found)
        files = [self._scanner.glance(one) for one in listed]
        done = 0
        for done, one in enumerate(listed, 1):
            self._tell_now_and_then(files, done - 1)
            if self._stopped():
                break
            files[done - 1] = self._scanner.examine(one)
        if self._scanner.cache is not None:
            self._scanner.cache.keep()
        whole = not self._stopped()
        return ModelShelf(tuple(files), True, HERE, done, len(files), complete=whole)

    def _listed(self, found: Iterable[Found]) -> list[Found]:
        listed = []
        for one in found:
            if self._stopped():
                break
            listed.append(one)
        return listed

    def _tell_now_and_then(self, files: list[ModelFile], done: int) -> None:
        now = time.monotonic()
        if now - self._told >= TELL_EVERY:
            self._told = now
            self._tell(ModelShelf(tuple(files), True, HERE, done, len(files)))


def folders_here(folders: Folders) -> list[tuple[str, str]]:
    """Folders that are there, with their types; known types first, they tell more.

    Shares of the network are left out: to look at one sends Windows' password hash to
    a host of the server's choice.
    """
    order = sorted(folders, key=lambda kind: (kind not in MEANT, kind))
    named = [(path, kind) for kind in order for path in folders[kind]]
    plain = (pair for pair in named[:MOST_FOLDERS] if not pair[0].startswith(SHARE))
    return [(path, kind) for path, kind in plain if path and Path(path).is_dir()]


def as_listed(
    kind: str, name: str, size: int | None, modified: float | None
) -> ModelFile:
    """What name and size alone tell of a file."""
    problem, advice = listed_problem(name, size)
    return ModelFile(
        path=f"{kind}/{name}",
        kind=ModelKind.UNKNOWN,
        whole=False if problem and size is not None else None,
        problem=problem,
        advice=advice,
        size=size,
        modified=modified,
        folder=kind,
        name=name,
        examined=False,
    )


def listed_problem(name: str, size: int | None) -> tuple[str, str]:
    """Problem and advice, where the size alone leaves no doubt of one."""
    again = "Delete it on the server's computer and download it again."
    if late := unfinished(name):
        return late, "Wait until it is, or start it anew."
    if size is None or not Path(name).suffix:
        return "", ""
    if size == 0:
        return "The file is empty: nothing was downloaded.", again
    if size < SMALLEST:
        like = ", like a git-lfs pointer" if size in POINTER else ""
        return f"Only {size} bytes{like}: too few for any model.", again
    return "", ""
