"""JSON of a stranger: counted, decoded strictly, and shallow, before we use it."""

import json
import math
import re
from typing import NoReturn

from comfydoctor.comfy.limits import MIB, Limits
from comfydoctor.errors import Garbled, TooMuch

_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    r"|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)


def load(
    body: bytes,
    limits: Limits,
    *,
    tolerant: bool = False,
    keep_surrogates: bool | None = None,
) -> object:
    """The value in ``body``; `TooMuch` or `Garbled` instead of anything else.

    ``tolerant`` takes ``NaN`` and ``Infinity`` as NaN and, unless told otherwise,
    keeps lone surrogates as they are: ComfyUI itself repeats what a client posted,
    and one such number must not hide a whole queue. Otherwise lone surrogates become
    U+FFFD, because they break every later encoding.
    """
    count_tokens(body, limits)
    text = _decode(body)
    keep = tolerant if keep_surrogates is None else keep_surrogates
    if not keep and _SURROGATE.search(body):
        text = _ESCAPE.sub(_without_lone_surrogate, text)
    value = _parse(text, tolerant)
    _check_depth(value, body, limits)
    return value


def count_tokens(body: bytes, limits: Limits) -> None:
    """Refuse, before any object exists, what would explode in memory."""
    total = 0
    for start in range(0, len(body), MIB):
        end = start + MIB
        total += sum(body.count(mark, start, end) for mark in (b"[", b"{", b","))
        if total > limits.tokens:
            raise TooMuch(
                f"The server's answer has more than {limits.tokens} values.",
                advice="This is far more than ComfyUI sends; check the address.",
            )


def canonical(value: object) -> str:
    """JSON text of ``value``: ASCII, no blanks, keys in the server's order.

    The order is kept because the text may be posted again and must then mean
    exactly the same to ComfyUI. Raises `TooMuch` when it is too deep.
    """
    try:
        return json.dumps(value, separators=(",", ":"))
    except RecursionError:
        raise TooMuch("The server's answer is nested too deeply.") from None


def strict_bytes(value: object) -> bytes:
    """JSON of ours for a request body; `Garbled` when ``value`` is no JSON."""
    try:
        return json.dumps(value, separators=(",", ":"), allow_nan=False).encode()
    except (TypeError, ValueError, RecursionError):
        raise Garbled(
            "What should be sent holds something that JSON cannot carry.",
            advice="Look for NaN, Infinity or a loop in the workflow.",
        ) from None


def _decode(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        message = f"The server's answer is not UTF-8 text (byte {error.start})."
    raise Garbled(message, advice="Something else may be answering at this address.")


def _parse(text: str, tolerant: bool) -> object:
    """Parse without ever quoting the text in an error: it may hold secrets."""
    try:
        return json.loads(
            text,
            parse_constant=_not_a_number if tolerant else _refuse_constant,
            object_hook=_breathe if len(text) > MIB else None,
        )
    except RecursionError:
        raise TooMuch("The server's answer is nested too deeply.") from None
    except json.JSONDecodeError as error:
        place = error.pos
    except ValueError as error:
        raise Garbled(f"The server's answer holds {_odd_number(error)}.") from None
    raise Garbled(
        f"The server's answer is not JSON (character {place} of {len(text)}).",
        advice="Something else may be answering at this address.",
    )


def _breathe(value: dict[str, object]) -> dict[str, object]:
    """Do nothing: a Python call per object lets other threads run meanwhile."""
    return value


class _ConstantError(ValueError):
    """NaN or Infinity where a number should be."""


def _refuse_constant(name: str) -> NoReturn:
    raise _ConstantError(name)


def _not_a_number(_: str) -> float:
    return math.nan


def _odd_number(error: ValueError) -> str:
    if isinstance(error, _ConstantError):
        return "NaN or Infinity, which no JSON may"
    return "a number of more than 4300 digits"


def _without_lone_surrogate(match: re.Match[str]) -> str:
    return "\\ufffd" if match[1] else match[0]


def _check_depth(value: object, body: bytes, limits: Limits) -> None:
    """Level by level, so that no depth of ours depends on a stranger's."""
    if body.count(b"[") + body.count(b"{") <= limits.depth:
        return
    level = [value]
    for _ in range(limits.depth + 1):
        if not level:
            return
        level = [
            child
            for parent in level
            for child in _children(parent)
            if isinstance(child, (dict, list))
        ]
    raise TooMuch(f"The server's answer is nested over {limits.depth} levels deep.")


def _children(value: object) -> list[object]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
