"""Facts that a run prints about itself: versions, device, flags, installation."""

import re
from collections.abc import Iterable
from dataclasses import fields

from comfydoctor.diagnosis.events import Facts, Line

_MEMORY = re.compile(r"Total VRAM (\d+) MB, total RAM (\d+) MB")
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("version", r"ComfyUI [Vv]ersion:\**\s*v?(\d+\.\d+(?:\.\d+)?)"),
        ("torch", r"[Pp]y[Tt]orch [Vv]ersion:\**\s*(\d+\.\d+\S*)"),
        ("python", r"Python [Vv]ersion:\**\s*(\d+\.\d+(?:\.\d+)?)"),
        ("python", r"[Pp]ython(3\d{1,2})[\\/]"),
        ("python", r"(?:lib/python|cpython-)(3\.\d+)"),
        ("device", r"\bDevice: ([a-z]+)"),
        ("device", r"load device: ([a-z]+)"),
        ("device", r"\*\*Name:\*\* (cpu|mps|cuda|xpu|privateuseone)"),
        ("device", r"Using (directml) with device"),
        ("gpu", r"\bDevice: (?:cuda|xpu):\d+ (.+?)(?: : \w+)?$"),
        ("gpu", r"\binited for GPU: (.+?)$"),
        ("gpu", r"\*\*Name:\*\* (?:cuda|xpu):\d+ (.+?)(?: : \w+)?$"),
        ("vram_state", r"Set vram state to: (\w+)"),
        ("argv", r"\*\*Arguments:\*\* (.+)$"),
        ("argv", r"python\S*(?: -\w)* \S*main\.py ?(.*)$"),
        ("argv", r"\bmain\.py (--.*)$"),
        ("os", r"\bOS:\**\s*(nt|win32|windows|posix|linux|darwin)\b"),
        ("os", r"\*\* Platform: (Windows|Linux|Darwin)"),
    )
)
_HINT = re.compile(
    r"[Vv]ersion|[Dd]evice: |[Dd]evice$|vram state|main\.py|Total VRAM|Arguments"
    r"|\*\*Name|for GPU: |OS:|Platform|[Pp]ython3|lib/python|cpython-|directml"
)
_SYSTEMS = {
    "nt": "windows",
    "win32": "windows",
    "darwin": "macos",
    "posix": "linux",
}
_INSTALLS = (
    ("stability-matrix", re.compile(r"StabilityMatrix|Stability Matrix")),
    (
        "desktop",
        re.compile(r"comfyorgcomfyui-electron|@comfyorg|ComfyUI\.app/Contents"),
    ),
    (
        "portable",
        re.compile(r"python_embed|--windows-standalone-build|_windows_portable"),
    ),
    ("docker", re.compile(r"/\.dockerenv|^/app/ComfyUI|/workspace/|/comfy/mnt")),
    (
        "venv",
        re.compile(r"[\\/]\.?v?env[\\/](?:lib|Lib|bin|Scripts)|miniconda|anaconda"),
    ),
)
_PLACES = (
    ("windows", re.compile(r"\b[A-Za-z]:\\|WinError|\.bat\b|\.dll\b")),
    ("macos", re.compile(r"/Users/|/Applications/|/Volumes/|\bmps\b|Apple")),
    ("linux", re.compile(r"/home/|/opt/|/usr/|/root/|/mnt/|/workspace|/data\d*/")),
)


class FactsReader:
    """Collects the facts of one run, line by line; the first word counts."""

    def __init__(self) -> None:
        self._known: dict[str, str | int] = {}

    def take(self, line: Line) -> None:
        """Look at one line."""
        text = line.text
        if _HINT.search(text):
            self._told(text)
        if "\\" in text or "/" in text:
            self._guess("install", _INSTALLS, text)
            self._guess("os", _PLACES, text)

    def facts(self) -> Facts:
        """What is known by now."""
        return _tidied(self._known)

    @property
    def started(self) -> bool:
        """Whether this run has printed its memory line already."""
        return "ram_mb" in self._known

    def _told(self, text: str) -> None:
        memory = _MEMORY.search(text)
        if memory:
            self._known.setdefault("vram_mb", int(memory[1][:9]))
            self._known.setdefault("ram_mb", int(memory[2][:9]))
        for name, pattern in _PATTERNS:
            if name not in self._known and (found := pattern.search(text)):
                self._known[name] = found[1]

    def _guess(
        self, name: str, signs: Iterable[tuple[str, re.Pattern[str]]], text: str
    ) -> None:
        if name in self._known:
            return
        for value, sign in signs:
            if sign.search(text):
                self._known[name] = value
                return


def _tidied(known: dict[str, str | int]) -> Facts:
    values = {
        field.name: known[field.name] for field in fields(Facts) if field.name in known
    }
    if "os" in values:
        word = str(values["os"]).lower()
        values["os"] = _SYSTEMS.get(word, word)
    if values.get("device") == "directml":
        values["device"] = "privateuseone"
    if re.fullmatch(r"3\d{1,2}", str(values.get("python", ""))):
        values["python"] = f"3.{str(values['python'])[1:]}"
    return Facts(**values)  # type: ignore[arg-type]
