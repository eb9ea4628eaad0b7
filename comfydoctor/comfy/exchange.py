"""What goes out with a request and what comes back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypedDict

Params = Mapping[str, str | int | float]


class Options(TypedDict, total=False):
    """What a request may carry besides method and path."""

    params: Params | None
    json: object
    body: bytes | None
    content_type: str
    limit: int
    """Bytes of the answer at most; by default `Limits.body`."""
    total: float
    """Deadline in seconds; by default `Limits.total`."""
    heavy: bool
    """Costly for the server or us: only one such request is under way at a time."""


@dataclass(frozen=True)
class Answer:
    """A complete answer of any status but a redirect; names of headers lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float

    @property
    def content_type(self) -> str:
        """Without its parameters, lower case."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()
