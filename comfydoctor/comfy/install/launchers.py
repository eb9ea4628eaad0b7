"""Start flags out of the files that start a ComfyUI; read as text, never run."""

import re
import shlex
from collections.abc import Iterable, Iterator
from pathlib import Path

from comfydoctor.comfy.install.files import entries, read_text
from comfydoctor.model.installation import Launcher

ENDINGS = (".bat", ".cmd", ".sh", ".ps1", ".command", ".service")
_SERVICES = ("/etc/systemd/system", "/lib/systemd/system")
_SIZE_MAX = 128 * 1024
_FLAGS_MAX = 200
_COMMENT = re.compile(r"\s*(?:#|::|rem\b|@rem\b)", re.IGNORECASE)
_JOINED = re.compile(r"(?:\\|\^|`)[ \t]*\n")
_END = {"&&", "||", "&", ";", "|", ">", ">>", "2>&1", "exit", "pause"}
_VALUELESS = ("%", "$", '"$', "!")


def read_launchers(folders: Iterable[Path], root: Path) -> tuple[Launcher, ...]:
    """Launchers in some folders, and the services that name ``root``."""
    found = [x for folder in dict.fromkeys(folders) for x in _in(folder)]
    return (*found, *read_services(root))


def read_services(
    root: Path, folders: Iterable[str | Path] = _SERVICES
) -> tuple[Launcher, ...]:
    """Units of systemd that start the ComfyUI in ``root``."""
    own = Path("~/.config/systemd/user").expanduser()
    units = [x for folder in (*folders, own) for x in _paths(Path(folder))]
    named = (x for x in units if x.suffix == ".service" and _names(x, root))
    return tuple(x for unit in named if (x := read_launcher(unit)) is not None)


def _names(unit: Path, root: Path) -> bool:
    return str(root) in read_text(unit, _SIZE_MAX)


def _in(folder: Path) -> Iterator[Launcher]:
    for path in _paths(folder):
        if path.suffix.lower() in ENDINGS and (found := read_launcher(path)):
            yield found


def _paths(folder: Path) -> Iterator[Path]:
    return (Path(entry.path) for entry in entries(folder))


def read_launcher(path: Path) -> Launcher | None:
    """The command with ``main.py`` in it; None when there is none."""
    return parse_launcher(read_text(path, _SIZE_MAX), str(path))


def parse_launcher(source: str, path: str = "") -> Launcher | None:
    """The last command of a script that starts main.py, with its flags."""
    found: Launcher | None = None
    for line in _JOINED.sub(" ", source.replace("\r", "")).splitlines():
        if "main.py" not in line or _COMMENT.match(line):
            continue
        words = _words(line[:8192])
        place = next((n for n, word in enumerate(words) if _is_main(word)), None)
        if place is not None:
            flags = tuple(_flags(words[place + 1 :]))
            found = Launcher(path, flags, _python(words[:place]))
    return found


def _is_main(word: str) -> bool:
    return re.split(r"[\\/]", word)[-1] == "main.py"


def _words(line: str) -> list[str]:
    """Words of a command line; a backslash stays one, as Windows paths need it."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=False)
    lexer.whitespace_split = True
    lexer.escape = ""
    lexer.commenters = ""
    try:
        return list(lexer)
    except ValueError:  # a quote without its end
        return line.replace('"', " ").split()


def _flags(words: Iterable[str]) -> Iterator[str]:
    for word, _ in zip(words, range(_FLAGS_MAX), strict=False):
        if word in _END or word.startswith((">", "|")):
            return
        # "%*" and "$@" stand for what the person types.
        if not word.startswith(_VALUELESS):
            yield word


def _python(words: list[str]) -> str:
    for word in reversed(words):
        name = re.split(r"[\\/]", word)[-1].lower().removesuffix(".exe")
        if name.startswith("python"):
            return word.removeprefix("ExecStart=").lstrip("-@+!")
    return ""
