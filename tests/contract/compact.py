"""Makes tests/data/recordings from a folder of raw recordings.

    python tests/contract/compact.py RAW_FOLDER [tests/data/recordings]

Raw: ``<version>/<scenario>/NNN-name.json[.gz]`` (one HTTP exchange each),
``ws-<name>.jsonl`` (one message a line), ``README``, ``NOTES``, ``server*.log``.
Compact: ``<version>/<scenario>.jsonl.gz``, one record a line, in the order of time;
see tests/data/recordings/README.md.
"""

import gzip
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SKIPPED = {"latency_big", "startup_broken_nodes_big"}
LONGEST_TEXT = 24_000
"""Longer texts (a two-megabyte exception) keep this much, and say so."""
LONGEST_RUN = {"history_growth": 200, "latency": 250}
"""Records kept of scenarios that say the same hundreds of times."""
CLASSES = {
    "CheckpointLoaderSimple",
    "EmptyImage",
    "ImageScale",
    "KSampler",
    "LoraLoader",
    "SaveImage",
    "UpscaleModelLoader",
}
"""Node classes kept of a whole ``/object_info``."""
Record = dict[str, Any]


def exchanges(folder: Path) -> Iterator[Record]:
    for path in sorted(folder.glob("[0-9]*-*.json*")):
        raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else None
        read = json.loads(raw or path.read_bytes())
        request, headers = read["request"], read.get("headers", {})
        yield {
            "kind": "http",
            "t": read["t"],
            "name": path.name.split(".")[0],
            "method": request["method"],
            "path": request["path"],
            "sent_headers": request.get("headers") or {},
            "sent": request.get("json"),
            "sent_data": request.get("data"),
            "status": read.get("status"),
            "content_type": headers.get("Content-Type", ""),
            "body_kind": read.get("body_kind", "none"),
            "body": slim(request["path"], read.get("body")),
        }


def slim(path: str, body: Any) -> Any:
    if path == "/object_info" and isinstance(body, dict):
        body = {name: node for name, node in body.items() if name in CLASSES}
    return shorten(body)


def shorten(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: shorten(item) for key, item in value.items()}
    if isinstance(value, list):
        return [shorten(item) for item in value]
    if isinstance(value, str) and len(value) > LONGEST_TEXT:
        return f"{value[:LONGEST_TEXT]}[{len(value)} characters were recorded]"
    return value


def messages(folder: Path) -> Iterator[Record]:
    for path in sorted(folder.glob("ws-*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            read = json.loads(line)
            record = {"kind": "ws", "t": read["t"], "socket": path.stem[3:]}
            record["dir"] = read["dir"]
            if "json" in read:
                record["text"] = json.dumps(shorten(read["json"]))
            elif "binary" in read:
                # Of pictures only the first bytes were recorded.
                kept = ("head_hex", "bytes", "metadata", "base64")
                record |= {k: v for k, v in read["binary"].items() if k in kept}
            elif "data" in read:
                record["data"] = read["data"]
            elif read["dir"] == "closed":
                record["code"] = read.get("code")
            yield record


def texts(folder: Path) -> Iterator[Record]:
    for path in sorted(folder.iterdir()):
        if path.name in {"README", "NOTES"} or path.name.startswith("server"):
            text = path.read_text(encoding="utf-8", errors="replace")
            kind = "log" if path.suffix == ".log" else path.name.lower()
            yield {"kind": kind, "t": -1.0, "name": path.name, "text": text[:200_000]}


def compact(folder: Path) -> bytes:
    heard = sorted([*exchanges(folder), *messages(folder)], key=lambda r: r["t"])
    records = [*texts(folder), *heard[: LONGEST_RUN.get(folder.name)]]
    lines = "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records)
    # Without a time inside, the same input makes the same file.
    return gzip.compress(lines.encode(), compresslevel=9, mtime=0)


def main() -> None:
    source = Path(sys.argv[1])
    target = Path(sys.argv[2] if len(sys.argv) > 2 else "tests/data/recordings")
    for folder in sorted(source.glob("*/*/")):
        if folder.name not in SKIPPED:
            out = target / folder.parent.name / f"{folder.name}.jsonl.gz"
            out.parent.mkdir(parents=True, exist_ok=True)
            out.write_bytes(compact(folder))


if __name__ == "__main__":
    main()
