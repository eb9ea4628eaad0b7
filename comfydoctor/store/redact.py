"""Taking keys, tokens and passwords out of what is kept or shown."""

import re
from dataclasses import dataclass

MARK = "[removed]"
_TELLING = 12
"""Length from which a secret is also looked for outside its own field."""
_SECRET_NAME = re.compile(
    r"(?:^|_)(?:api_?keys?|auth_?token|access_?token|refresh_?token|secret(?:_?key)?"
    r"|client_?secret|pass(?:word|wd|phrase)|authorization|bearer|cookies?|webhook"
    r"|private_?key|session_?(?:id|token)|credentials?)(?:_|$)",
)
_TOKEN_NAME = re.compile(r"(?:^|_)(?:token|key|pwd|auth)(?:$|_(?:id|value|string)$)")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_VALUES = re.compile(
    r"comfyui-[0-9a-f]{16,}"
    r"|\bsk-[A-Za-z0-9_-]{16,}"
    r"|\bhf_[A-Za-z0-9]{16,}"
    r"|\bgh[pousr]_[A-Za-z0-9]{20,}|\bgithub_pat_[A-Za-z0-9_]{20,}"
    r"|\bglpat-[A-Za-z0-9_-]{16,}"
    r"|\bA(?:KIA|SIA)[A-Z0-9]{16}\b"
    r"|\bAIza[A-Za-z0-9_-]{30,}"
    r"|\bxox[abprs]-[A-Za-z0-9-]{10,}"
    r"|\br8_[A-Za-z0-9]{20,}"
    r"|\bnvapi-[A-Za-z0-9_-]{20,}"
    r"|\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}:[0-9a-f]{16,}"
    r"|\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}"
    r"|-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[^-]{0,8000}"
    r"(?:-----END [A-Z ]{0,30}PRIVATE KEY-----)?"
    r"|https://(?:\w{1,20}\.)?discord(?:app)?\.com/api/webhooks/[^\s\"']{10,300}"
    r"|https://hooks\.slack\.com/[^\s\"']{10,300}"
)
_USERINFO = re.compile(r"(?<=://)[^\s/@\"'<>]{1,200}@")
_HEADER = re.compile(r"(?i)\b((?:Bearer|Basic)\s{1,4})[A-Za-z0-9._~+/=-]{8,}")
_PAIR = re.compile(
    r"(?i)([\"']?\b[\w-]{0,40}(?:api[_-]?key|auth[_-]?token|access[_-]?token|secret"
    r"|password|passwd|authorization|cookie|x-api-key)[\w-]{0,20}[\"']?"
    r"\s{0,4}[:=]\s{0,4})(\"[^\"\n]{1,2000}\"|'[^'\n]{1,2000}'|[^\s,;&}\"']{1,2000})"
)


@dataclass(frozen=True)
class Removed:
    """Where in a document a secret stood: keys and indices joined by dots."""

    place: str


def is_secret_name(name: str) -> bool:
    """Whether a field of this name holds a secret by its name alone."""
    return bool(_SECRET_NAME.search(_snake(name)))


def redact_text(text: str) -> str:
    """The text without what looks like a key, token, password or login in a URL."""
    text = _VALUES.sub(MARK, text)
    text = _USERINFO.sub(f"{MARK}@", text)
    text = _HEADER.sub(rf"\1{MARK}", text)
    return _PAIR.sub(_pair, text)


def strip_secrets(document: object) -> tuple[object, tuple[Removed, ...]]:
    """A copy of a JSON document without secrets, and where they stood.

    A value found secret under one name is removed wherever else it stands: a
    workflow carries the inputs of its nodes a second time, without their names.
    """
    found: set[str] = set()
    _collect(document, found)
    places: list[Removed] = []
    return _cleaned(document, found, "", places), tuple(places)


def _pair(match: re.Match[str]) -> str:
    value = match.group(2)
    if MARK in value:
        return match.group(0)
    quote = value[0] if value[0] in "\"'" else ""
    return f"{match.group(1)}{quote}{MARK}{quote}"


def _snake(name: str) -> str:
    return _CAMEL.sub("_", name).lower().replace("-", "_").replace(" ", "_")


def _collect(document: object, found: set[str]) -> None:
    waiting: list[object] = [document]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(value)
        elif isinstance(value, dict):
            waiting.extend(value.values())
            found.update(
                inner
                for name, inner in value.items()
                if isinstance(inner, str)
                and len(inner) >= _TELLING
                and _is_secret(str(name), inner)
            )


def _is_secret(name: str, value: str) -> bool:
    if len(value) < 4:
        return False
    if is_secret_name(name):
        return True
    # "token" and "key" are common names of harmless inputs: the value must look so.
    return (
        bool(_TOKEN_NAME.search(_snake(name)))
        and len(value) >= 20
        and value.isascii()
        and not any(c.isspace() or c in "/\\" for c in value)
    )


def _cleaned(
    value: object, found: set[str], place: str, places: list[Removed]
) -> object:
    if isinstance(value, dict):
        return {
            name: _field(str(name), inner, found, _join(place, name), places)
            for name, inner in value.items()
        }
    if isinstance(value, list):
        return [
            _cleaned(inner, found, _join(place, index), places)
            for index, inner in enumerate(value)
        ]
    if not isinstance(value, str):
        return value
    clean = MARK if value in found else _VALUES.sub(MARK, value)
    if clean != value:
        places.append(Removed(place))
    return clean


def _field(
    name: str, value: object, found: set[str], place: str, places: list[Removed]
) -> object:
    if isinstance(value, str) and value != MARK and _is_secret(name, value):
        places.append(Removed(place))
        return MARK
    return _cleaned(value, found, place, places)


def _join(place: str, step: object) -> str:
    return f"{place}.{step}" if place else str(step)
