"""Routes about nodes and models."""

from comfydoctor.comfy.parse_fields import mapping
from comfydoctor.comfy.parse_files import ModelFile, parse_model_files, parse_names
from comfydoctor.comfy.routes import Routes, quoted


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
