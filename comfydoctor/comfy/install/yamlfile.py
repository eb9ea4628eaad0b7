"""Reads YAML of others: plain data only, bombs and tags refused."""

import re
from typing import Any

from comfydoctor.errors import SettingsError

YAML_MAX = 64 * 1024
"""Bytes; the reader takes a second for so much, and real files have a few kB."""
ALIASES_MAX = 100
_ALIAS = re.compile(r"(?:^|[\s\[{,:-])\*[^\s,\]}*]+")
_DEEP = 60


def load_yaml(source: str) -> Any:
    """The value of a YAML text, as PyYAML's safe_load would give it to ComfyUI.

    Raises SettingsError for what is not valid, too large, too deep or made of
    aliases.
    """
    if len(source) > YAML_MAX or len(_ALIAS.findall(source)) > ALIASES_MAX:
        raise SettingsError("It is larger, or has more references, than is sensible.")
    if _nesting(source) > _DEEP:
        raise SettingsError("It is nested deeper than is sensible.")
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    reader = YAML(typ="safe", pure=True)
    reader.version = (1, 1)  # as PyYAML has it
    try:
        return reader.load(source)
    except YAMLError as error:
        raise SettingsError(_words(error)) from None
    except (ValueError, TypeError, RecursionError, AttributeError, KeyError) as error:
        # The reader's own slips on odd numbers, dates, keys and merges.
        raise SettingsError(f"It is no valid YAML: {type(error).__name__}.") from None


def _words(error: Exception) -> str:
    """The reader's complaint on one line, with the place."""
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or "it is no valid YAML"
    place = f" (line {mark.line + 1})" if mark is not None else ""
    return f"{str(problem)[:200]}{place}"


def _nesting(source: str) -> int:
    """The depth of brackets, a bound that costs one pass."""
    depth = deepest = 0
    for sign in re.findall(r"[\[\]{}]", source):
        depth += 1 if sign in "[{" else -1
        deepest = max(deepest, depth)
    return deepest
