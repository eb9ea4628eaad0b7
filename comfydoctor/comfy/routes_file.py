"""Routes about pictures, workflows and other files of the server."""

import secrets

from comfydoctor.comfy.parse_files import (
    Upload,
    UserFile,
    parse_internal_files,
    parse_upload,
    parse_user_file,
    parse_user_files,
)
from comfydoctor.comfy.routes import Routes, quoted
from comfydoctor.errors import SettingsError

_FULL = {"full_info": "true"}


class FileRoutes(Routes):
    """ComfyUI checks no content and keeps no versions; whoever writes must."""

    async def view(
        self,
        filename: str,
        *,
        subfolder: str = "",
        type: str = "output",  # noqa: A002 - ComfyUI's own word
        preview: str = "",
        channel: str = "",
    ) -> bytes | None:
        """A file of input, output or temp; None when it is gone.

        ``preview`` (``webp;90``, ``jpeg``) asks for a small picture, ``channel`` for
        rgb, a or rgba.
        """
        wanted = {
            "filename": filename,
            "subfolder": subfolder,
            "type": type,
            "preview": preview,
            "channel": channel,
        }
        answer = await self._find(
            "/view",
            params={key: value for key, value in wanted.items() if value},
            limit=self.http.limits.heavy_body,
            heavy=True,
        )
        return answer.body if answer else None

    async def upload_image(
        self,
        filename: str,
        content: bytes,
        *,
        overwrite: bool = False,
        subfolder: str = "",
        type: str = "input",  # noqa: A002 - ComfyUI's own word
    ) -> Upload:
        """Store a file; other content under a taken name gets another name."""
        fields = {"type": type, "subfolder": subfolder}
        if overwrite:
            fields["overwrite"] = "true"
        body, content_type = _multipart(fields, filename, content)
        answer = await self._call(
            "POST", "/upload/image", body=body, content_type=content_type, heavy=True
        )
        return await self._parsed(answer, parse_upload)

    async def internal_files(
        self,
        type: str = "output",  # noqa: A002 - ComfyUI's own word
    ) -> tuple[str, ...]:
        """Names directly in input, output or temp, newest first."""
        path = f"/internal/files/{quoted(type)}"
        return await self._get(path, parse_internal_files, fixed=True)

    async def user_files(
        self, folder: str = "workflows", *, recurse: bool = True
    ) -> tuple[UserFile, ...]:
        """Files below a folder of the user; none when the folder is not there yet."""
        params = {"dir": folder, "split": "false", **_FULL}
        if recurse:
            params["recurse"] = "true"
        answer = await self._find("/userdata", params=params)
        return await self._parsed(answer, parse_user_files) if answer else ()

    async def user_files_v2(self, folder: str = "") -> tuple[UserFile, ...]:
        """The same by the newer route (since 0.3.31), whole tree, times in seconds."""
        params = {"path": folder} if folder else None
        return await self._get("/v2/userdata", parse_user_files, params=params)

    async def read_user_file(self, path: str) -> bytes | None:
        """The file as it is; None when it is not there."""
        answer = await self._find(f"/userdata/{quoted(path)}")
        return answer.body if answer else None

    async def write_user_file(
        self, path: str, content: bytes, *, overwrite: bool = False
    ) -> UserFile | None:
        """Write; None when it exists and ``overwrite`` is false.

        ComfyUI truncates the file first, so a full disk destroys the old content:
        write under another name, read back, then `move_user_file`.
        """
        answer = await self._ask(
            "POST",
            f"/userdata/{quoted(path)}",
            params={"overwrite": _word(overwrite), **_FULL},
            body=content,
            content_type="application/octet-stream",
        )
        if answer.status == 409:
            return None
        checked = self._checked(answer, "/userdata")
        return await self._parsed(checked, parse_user_file)

    async def move_user_file(
        self, source: str, target: str, *, overwrite: bool = False
    ) -> UserFile | None:
        """Rename; None when the target exists and ``overwrite`` is false."""
        answer = await self._ask(
            "POST",
            f"/userdata/{quoted(source)}/move/{quoted(target)}",
            params={"overwrite": _word(overwrite), **_FULL},
        )
        if answer.status == 409:
            return None
        checked = self._checked(answer, "/userdata")
        return await self._parsed(checked, parse_user_file)

    async def delete_user_file(self, path: str) -> bool:
        """Delete for good; False when it was not there."""
        target = f"/userdata/{quoted(path)}"
        answer = await self._ask("DELETE", target)
        return answer.status != 404 and bool(self._checked(answer, target))


def _word(value: bool) -> str:
    return "true" if value else "false"


def _multipart(
    fields: dict[str, str], filename: str, content: bytes
) -> tuple[bytes, str]:
    """A form with one file. A name that would break out of its line is refused."""
    if any(not char.isprintable() or char in '"\\' for char in filename):
        raise SettingsError("The name of the file holds characters no name may have.")
    boundary = secrets.token_hex(16)
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n'
        f"{value}\r\n".encode()
        for field, value in fields.items()
    ]
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="image"; '
        f'filename="{filename}"\r\nContent-Type: application/octet-stream\r\n\r\n'
    )
    parts += [head.encode(), content, f"\r\n--{boundary}--\r\n".encode()]
    return b"".join(parts), f"multipart/form-data; boundary={boundary}"
