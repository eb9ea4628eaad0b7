"""Binary WebSocket messages: pictures of the work in progress, and texts."""

import struct

from msgspec import Struct
from msgspec.json import Decoder

from comfydoctor.comfy.text import clean, one_line
from comfydoctor.model.event import Event, OtherEvent, PreviewShown, TextShown

_U32 = struct.Struct(">I")
_FORMATS = {1: "jpeg", 2: "png"}
_PREVIEW, _TEXT, _PREVIEW_WITH_METADATA = 1, 3, 4
"""Event ids of ComfyUI's ``protocol.py``; 2 never leaves the server."""


class _Metadata(Struct):
    prompt_id: str = ""
    node_id: str = ""
    display_node_id: str | None = None
    image_type: str = ""


_METADATA = Decoder(_Metadata)


def decode_binary(frame: bytes) -> Event:
    """Return the frame's event, `OtherEvent` for an unknown or broken one."""
    if len(frame) < 8:
        return OtherEvent("binary")
    (event,), (second,) = _U32.unpack_from(frame), _U32.unpack_from(frame, 4)
    rest = memoryview(frame)[8:]
    if event == _PREVIEW:
        return PreviewShown(_FORMATS.get(second, ""), bytes(rest))
    if event == _TEXT and second <= len(rest):
        name, text = bytes(rest[:second]), bytes(rest[second : second + 256_000])
        return TextShown(
            one_line(name.decode("utf-8", "replace")),
            clean(text.decode("utf-8", "replace")),
        )
    if event == _PREVIEW_WITH_METADATA and second <= len(rest):
        return _preview(bytes(rest[:second]), bytes(rest[second:]))
    return OtherEvent(f"binary {event}")


def _preview(metadata: bytes, image: bytes) -> Event:
    try:
        read = _METADATA.decode(metadata)
    except (ValueError, RecursionError):
        return OtherEvent("binary 4")
    return PreviewShown(
        format=one_line(read.image_type.removeprefix("image/"), 20),
        image=image,
        job_id=one_line(read.prompt_id),
        node=one_line(read.display_node_id or read.node_id),
    )
