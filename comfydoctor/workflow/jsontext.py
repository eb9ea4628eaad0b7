"""JSON of a workflow, whoever wrote it, within limits."""

import json

import msgspec

from comfydoctor.errors import NotAWorkflow

MOST_BYTES = 64 << 20
MOST_VALUES = 4_000_000
"""Brackets and commas; each may cost us 60 bytes."""
_MIB = 1 << 20


def read_json(data: bytes | str) -> object:
    """The value; ``NaN`` and lone surrogates, which ComfyUI writes, are taken.

    Raises NotAWorkflow when it is too large, too deep or no JSON.
    """
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    raw = _unmarked(raw)
    _refuse_huge(raw)
    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _slowly(raw)
    except RecursionError:
        raise _too_deep() from None


def _slowly(raw: bytes) -> object:
    """Python's decoder takes what Python's encoder wrote."""
    try:
        return json.loads(raw.decode("utf-8", "replace"))
    except RecursionError:
        raise _too_deep() from None
    except ValueError:
        raise NotAWorkflow("This is not JSON, so it is no workflow.") from None


def _unmarked(raw: bytes) -> bytes:
    """UTF-8 without a mark: Windows editors write UTF-16 and marks."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        _refuse_huge(raw)
        return raw.decode("utf-16", "replace").encode("utf-8", "replace")
    return raw.removeprefix(b"\xef\xbb\xbf")


def _refuse_huge(raw: bytes) -> None:
    if len(raw) > MOST_BYTES:
        raise NotAWorkflow("This is larger than a workflow can be (64 MiB).")
    count = sum(
        raw.count(mark, start, start + _MIB)
        for start in range(0, len(raw), _MIB)
        for mark in (b"[", b"{", b",")
    )
    if count > MOST_VALUES:
        raise NotAWorkflow(f"This has over {MOST_VALUES} values, so it is no workflow.")


def _too_deep() -> NotAWorkflow:
    return NotAWorkflow("This is nested too deeply to be a workflow.")
