"""ComfyUI servers that run on this computer, as their processes tell."""

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from comfydoctor.model.installation import RunningServer

_WORDS_MAX = 400


def running_servers() -> tuple[tuple[str, RunningServer], ...]:
    """Folder of ``main.py`` and process, of every ComfyUI we may see.

    A process of another person often hides its folder and files; then less is
    known of it.
    """
    import psutil  # type: ignore[import-untyped,unused-ignore]

    found: list[tuple[str, RunningServer]] = []
    for process in psutil.process_iter():
        try:
            if told := _read(process, psutil):
                found.append(told)
        except (psutil.Error, OSError):
            continue
    return tuple(found)


def _read(process: Any, psutil: Any) -> tuple[str, RunningServer] | None:
    words = process.cmdline()[:_WORDS_MAX]
    place = main_of(words)
    if place is None:
        return None
    folder = _unless_hidden(process.cwd, psutil) or ""
    main = Path(folder, words[place])
    if not (main.parent / "comfy").is_dir():
        return None
    server = RunningServer(
        process.pid,
        tuple(words[place + 1 :]),
        process.create_time(),
        folder=folder,
        python=_python(process, words, folder, psutil),
        outputs=tuple(_outputs(process.pid)),
    )
    return str(main.parent.resolve()), server


def main_of(words: Sequence[str]) -> int | None:
    """Where ``main.py`` stands in a command line of Python, None when it does not."""
    if not words or "python" not in _name(words[0]).lower():
        return None
    for place, word in enumerate(words[1:], 1):
        if _name(word) == "main.py":
            return place
        if word in {"-c", "-m"}:
            return None
    return None


def _name(word: str) -> str:
    return re.split(r"[\\/]", word)[-1]


def _python(process: Any, words: Sequence[str], folder: str, psutil: Any) -> str:
    """Its interpreter as it was called: the real file hides a virtual environment."""
    called = words[0]
    if os.sep in called or (os.altsep and os.altsep in called):
        return os.path.normpath(Path(folder, called))
    environment = _unless_hidden(process.environ, psutil) or {}
    if home := environment.get("VIRTUAL_ENV", ""):
        return str(Path(home, "Scripts" if os.name == "nt" else "bin", called))
    return str(_unless_hidden(process.exe, psutil) or "")


def _unless_hidden(ask: Any, psutil: Any) -> Any:
    try:
        return ask()
    except (psutil.Error, OSError):
        return None


def _outputs(pid: int) -> Iterator[str]:
    """Files behind the console of a process; Linux alone tells them cheaply."""
    for number in (1, 2):
        try:
            target = str(Path(f"/proc/{pid}/fd/{number}").readlink())
        except OSError:
            continue
        if target.startswith("/") and not target.startswith(("/dev/", "/proc/")):
            yield target.removesuffix(" (deleted)")
