"""Routes about nodes and models."""

import asyncio
from typing import TYPE_CHECKING

from comfydoctor.comfy.parse_fields import mapping
from comfydoctor.comfy.parse_files import ModelFile, parse_model_files, parse_names
from comfydoctor.comfy.routes import Routes, quoted
from comfydoctor.errors import ServerError

if TYPE_CHECKING:
    from comfydoctor.comfy.definitions import Definitions


class NodeRoutes(Routes):
    """What this installation can do, and with which files."""

    async def object_info_bytes(self) -> bytes:
        """All node classes, unparsed: up to 64 MiB and a minute.

        The server answers nobody else while it builds this, so ask once per start.
        """
        answer = await self._call(
            "GET", "/object_info", limit=self.http.limits.heavy_body, heavy=True
        )
        return answer.body

    async def definitions(self) -> "Definitions":
        """The same, indexed aside; ask once per start, too."""
        body = await self.object_info_bytes()

        def index() -> "Definitions":
            from comfydoctor.comfy.definitions import Definitions

            return Definitions.from_bytes(body, self.http.limits)

        try:
            return await asyncio.to_thread(index)
        except ServerError as error:
            error.url = self.http.url
            raise

    async def object_info_class(self, class_name: str) -> dict[str, object] | None:
        """One node class; None when unknown. Rejected (500) when it is broken."""

        def parse(value: object) -> dict[str, object] | None:
            return mapping(mapping(value).get(class_name)) or None

        return await self._get(f"/object_info/{quoted(class_name)}", parse)

    async def node_replacements(self) -> dict[str, object]:
        """Old node -> new ones (since 0.14)."""
        return await self._get("/node_replacements", mapping)

    async def model_folders(self) -> tuple[str, ...]:
        """Types of models: checkpoints, loras, ..."""
        return await self._get("/models", parse_names)

    async def models(self, folder: str) -> tuple[str, ...] | None:
        """Names relative to the folder; None for an unknown type."""
        answer = await self._find(f"/models/{quoted(folder)}")
        return await self._parsed(answer, parse_names) if answer else None

    async def model_files(self, folder: str) -> tuple[ModelFile, ...] | None:
        """The same with sizes, which tell broken downloads; None when unknown."""
        answer = await self._find(f"/experiment/models/{quoted(folder)}")
        return await self._parsed(answer, parse_model_files) if answer else None

    async def model_metadata(
        self, folder: str, filename: str
    ) -> dict[str, object] | None:
        """``__metadata__`` of a safetensors file; None when there is none."""
        answer = await self._find(
            f"/view_metadata/{quoted(folder)}", params={"filename": filename}
        )
        return await self._parsed(answer, mapping) if answer else None

    async def embeddings(self) -> tuple[str, ...]:
        """Names of textual inversions, without their suffix."""
        return await self._get("/embeddings", parse_names)
