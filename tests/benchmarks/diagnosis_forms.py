"""The same log as other programs would have written or cut it."""

import gzip
import html
import json
import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path

WORDS = Path(__file__).parents[1] / "data" / "diagnosis" / "system_words.toml"
LANGUAGES = ("German", "French", "Spanish", "Chinese", "Japanese", "Korean", "Russian")


def _lines(change: Callable[[int, str], str]) -> Callable[[str], bytes]:
    def form(log: str) -> bytes:
        lines = log.split("\n")
        return "\n".join(change(at, line) for at, line in enumerate(lines)).encode()

    return form


def _compose(_: int, line: str) -> str:
    return f"comfyui-1  | {line}"


def _swarm(at: int, line: str) -> str:
    return f"11:47:{at % 60:02d}.416 [Warning] ComfyUI-0 on port 7821 stderr: {line}"


def _journal(at: int, line: str) -> str:
    return f"Nov 24 10:{at % 60:02d}:56 desk comfyui[20453]: {line}"


def _stamped(at: int, line: str) -> str:
    return f"2025-05-29T22:46:{at % 60:02d}.716482 - {line}"


def _logger(at: int, line: str) -> str:
    return f"2024-12-16 17:10:{at % 60:02d},767 - root - ERROR - {line}"


def _desktop(at: int, line: str) -> str:
    return f"[2025-05-29 22:46:{at % 60:02d}.716] [error] {line}"


def _kubernetes(at: int, line: str) -> str:
    return f"2025-05-29T22:46:{at % 60:02d}.716482931Z stderr F {line}"


def _ansi(_: int, line: str) -> str:
    return f"\x1b[1m\x1b[31m[ERROR]\x1b[0m {line}" if line[:1].strip() else line


def _level(_: int, line: str) -> str:
    return f"[ERROR] {line}" if line[:1].strip() else line


def _quoted(_: int, line: str) -> str:
    return f"> {line}"


def _docker(_: int, line: str) -> str:
    said = {"log": f"{line}\n", "stream": "stderr", "time": "2025-05-29T22:46:13Z"}
    return json.dumps(said, separators=(",", ":"))


def _loguru(_: int, line: str) -> str:
    return f"10:19:56 | INFO     | - | {line}"


def _indented(_: int, line: str) -> str:
    return f"    {line}"


def _speaking(language: str) -> Callable[[str], bytes]:
    """With what the system says in that language."""
    table = tomllib.loads(WORDS.read_text(encoding="utf-8"))["words"]
    words = [
        (re.compile(row["english"], re.IGNORECASE), row[language]) for row in table
    ]

    def form(log: str) -> bytes:
        for english, said in words:
            log = english.sub(lambda _, said=said: said, log)
        return log.encode()

    return form


def cut(log: str, decisive: int) -> bytes:
    """Without the first 30 % of its lines, as far as the decisive one is kept."""
    lines = log.split("\n")
    gone = min(int(len(lines) * 0.3), max(decisive - 1, 0))
    return "\n".join(lines[gone:]).encode()


def _runs(log: str) -> bytes:
    """After a healthy run of the server in the same file."""
    healthy = (
        "Total VRAM 24576 MB, total RAM 65457 MB\npytorch version: 2.9.1+cu128\n"
        "Device: cuda:0 NVIDIA GeForce RTX 4090 : cudaMallocAsync\nStarting server\n"
        "To see the GUI go to: http://127.0.0.1:8188\ngot prompt\n"
        "100%|##########| 20/20 [00:02<00:00,  8.10it/s]\n"
        "Prompt executed in 3.10 seconds\nStopped server\n"
    )
    return (healthy + "** ComfyUI startup time: 2026-01-01\n" + log).encode()


FORMS: Mapping[str, Callable[[str], bytes]] = {
    "docker compose": _lines(_compose),
    "SwarmUI": _lines(_swarm),
    "journald": _lines(_journal),
    "time stamps": _lines(_stamped),
    "Python logger": _lines(_logger),
    "desktop app": _lines(_desktop),
    "kubernetes": _lines(_kubernetes),
    "docker json": _lines(_docker),
    "loguru": _lines(_loguru),
    "colours": _lines(_ansi),
    "[ERROR] prefixes": _lines(_level),
    "quoted": _lines(_quoted),
    "indented": _lines(_indented),
    "HTML": lambda log: html.escape(log).encode(),
    "CRLF": lambda log: log.replace("\n", "\r\n").encode(),
    "UTF-8 with BOM": lambda log: log.encode("utf-8-sig"),
    "UTF-16": lambda log: log.encode("utf-16"),
    "UTF-16 LE, no BOM": lambda log: log.encode("utf-16-le"),
    "UTF-16 BE, no BOM": lambda log: log.encode("utf-16-be"),
    "gzip": lambda log: gzip.compress(log.encode()),
    "after another run": _runs,
    **{f"{name} system": _speaking(name) for name in LANGUAGES},
}
