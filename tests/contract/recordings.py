"""The recorded exchanges and messages of real servers, as objects."""

import base64
import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

FOLDER = Path(__file__).parents[1] / "data" / "recordings"
VERSIONS = ("0.3.64", "0.8.0", "0.33.0")


@dataclass(frozen=True)
class Exchange:
    """One request and its answer; ``status`` is None when there was none."""

    name: str
    t: float
    method: str
    target: str
    sent: Any
    status: int | None
    content_type: str
    body: bytes
    value: Any
    """The body as JSON value, None for other bodies."""

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        return {k: v[0] for k, v in parse_qs(urlsplit(self.target).query).items()}


@dataclass(frozen=True)
class Message:
    """One message a socket received."""

    socket: str
    t: float
    frame: str | bytes

    @property
    def type(self) -> str:
        return (
            json.loads(self.frame)["type"] if isinstance(self.frame, str) else "binary"
        )

    @property
    def data(self) -> Any:
        return json.loads(self.frame)["data"]


@cache
def records(version: str, scenario: str) -> tuple[dict[str, Any], ...]:
    packed = (FOLDER / version / f"{scenario}.jsonl.gz").read_bytes()
    return tuple(json.loads(line) for line in gzip.decompress(packed).splitlines())


def scenarios() -> list[tuple[str, str]]:
    return [
        (path.parent.name, path.name.removesuffix(".jsonl.gz"))
        for path in sorted(FOLDER.glob("*/*.jsonl.gz"))
    ]


def has(version: str, scenario: str) -> bool:
    return (version, scenario) in scenarios()


def exchanges(version: str, scenario: str) -> Iterator[Exchange]:
    for record in records(version, scenario):
        if record["kind"] == "http":
            yield Exchange(
                record["name"],
                record["t"],
                record["method"],
                record["path"],
                record["sent"],
                record["status"],
                record["content_type"],
                _body(record),
                record["body"] if record["body_kind"] == "json" else None,
            )


def _body(record: dict[str, Any]) -> bytes:
    body = record["body"]
    match record["body_kind"]:
        case "json":
            return json.dumps(body).encode()
        case "base64-first-4096":
            return base64.b64decode(body)
        case _:
            return (body or "").encode()


def messages(version: str, scenario: str, socket: str = "") -> Iterator[Message]:
    for record in records(version, scenario):
        if record["kind"] == "ws" and record["dir"] == "recv":
            if socket and record["socket"] != socket:
                continue
            yield Message(record["socket"], record["t"], _frame(record))


def _frame(record: dict[str, Any]) -> str | bytes:
    """The message; of a picture only the beginning was recorded."""
    if "text" in record:
        return str(record["text"])
    if "base64" in record:
        return base64.b64decode(record["base64"])
    head = bytes.fromhex(record["head_hex"])
    if "metadata" in record:
        about = json.dumps(record["metadata"]).encode()
        return head[:4] + len(about).to_bytes(4, "big") + about + b"\xff\xd8"
    return head
