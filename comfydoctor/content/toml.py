"""One TOML file -> a checked object; what is wrong is said with file and place."""

import tomllib
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from comfydoctor.errors import ContentError

_Kind = TypeVar("_Kind")


def read_checked(path: Path, kind: TypeAdapter[_Kind]) -> _Kind:
    """Read and check a file. Raises ContentError, which names file and place."""
    try:
        return kind.validate_python(tomllib.loads(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ContentError(f"{path}: {place}: {first['msg']}") from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ContentError(f"{path}: {error}") from error
