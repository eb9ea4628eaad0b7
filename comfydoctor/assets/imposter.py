"""Things that are saved under a model's name and are none."""

import json
import re
from dataclasses import dataclass

from comfydoctor.model.modelfile import ModelFormat

LOOKED_AT = 4096
_PARTIAL = (".part", ".crdownload", ".download", ".tmp", ".incomplete", ".aria2")
_ARCHIVES = {
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"Rar!\x1a\x07": "RAR",
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
}
_LFS = b"version https://git-lfs.github.com/spec/"
_HTML = re.compile(
    rb"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)?<(!doctype|html|head|body)", re.I | re.S
)
_TITLE = re.compile(rb"<title[^>]*>\s*([^<]{1,200})", re.I)
_AGAIN = "Delete it and download it again"
_LOGIN = f"{_AGAIN}: in the browser, or with the access token that the site asks for."


@dataclass(frozen=True)
class Imposter:
    """What the file is instead of a model."""

    format: ModelFormat
    problem: str
    advice: str = ""


def find_imposter(head: bytes, size: int) -> Imposter | None:
    """Judge by the first bytes; None where they may be a model's."""
    if size == 0:
        return Imposter(
            ModelFormat.EMPTY,
            "The file is empty: nothing was downloaded.",
            _AGAIN + ".",
        )
    if head.startswith(_LFS):
        return _pointer(head)
    if _HTML.match(head.removeprefix(b"\xef\xbb\xbf")):
        return _page(head)
    for magic, name in _ARCHIVES.items():
        if head.startswith(magic):
            words = f"This is a {name} archive, not a model."
            return Imposter(ModelFormat.ARCHIVE, words, "Unpack it first.")
    if not head.strip(b"\0") and len(head) >= min(size, 16):
        words = "It begins with zeros only: the download reserved room and broke off."
        return Imposter(ModelFormat.BLANK, words, _AGAIN + ".")
    return _text(head, size)


def _pointer(head: bytes) -> Imposter:
    found = re.search(rb"\nsize (\d{1,15})", head)
    real = f" The real one has {int(found[1]):,} bytes." if found else ""
    return Imposter(
        ModelFormat.LFS_POINTER,
        f"This is only a git-lfs pointer to the model.{real}",
        "Run 'git lfs pull' in its folder, or download the file itself.",
    )


def _page(head: bytes) -> Imposter:
    found = _TITLE.search(head)
    title = found[1].decode("utf-8", "replace").strip() if found else ""
    named = f" Its title is “{' '.join(title.split())[:80]}”." if title else ""
    words = f"This is a web page saved as a model.{named}"
    return Imposter(ModelFormat.HTML, words, _LOGIN)


def _text(head: bytes, size: int) -> Imposter | None:
    """An error message of a download, in JSON or plain words."""
    try:
        text = head.decode("ascii").strip()
    except UnicodeDecodeError:
        return None
    if not text or not all(sign.isprintable() or sign.isspace() for sign in text):
        return None
    said = f" It says: {' '.join(text.split())[:120]}"
    if text[0] in "{[" and _is_json(text, whole=size <= len(head)):
        words = f"This is a JSON text saved as a model.{said}"
        return Imposter(ModelFormat.JSON, words, _LOGIN)
    return Imposter(ModelFormat.TEXT, f"This is text, not a model.{said}", _LOGIN)


def _is_json(text: str, *, whole: bool) -> bool:
    if not whole:
        return True
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def unfinished(name: str) -> str:
    """What a name says of a download under way; empty when nothing."""
    lowered = name.lower()
    if lowered.endswith(_PARTIAL):
        return "This is a download that is not finished."
    return ""
