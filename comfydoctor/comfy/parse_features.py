"""What a server says it can do: ``/features``."""

import json

from comfydoctor.comfy.parse_fields import mapping, name, size
from comfydoctor.model.features import Features

_FLAGS_MAX = 500


def parse_features(value: object) -> Features:
    """``GET /features``; nested objects become dotted names."""
    flags: list[tuple[str, str]] = []
    waiting: list[tuple[str, object]] = [("", value)]
    while waiting and len(flags) < _FLAGS_MAX:
        path, inner = waiting.pop(0)
        if isinstance(inner, dict):
            waiting.extend(
                (f"{path}.{name(key, 80)}".lstrip("."), child)
                for key, child in list(inner.items())[:_FLAGS_MAX]
            )
        elif path:
            flags.append((path[:200], json.dumps(inner)[:1000]))
    return Features(tuple(flags), size(mapping(value).get("max_upload_size")))
