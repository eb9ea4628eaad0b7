"""Change the start flags in the file that starts ComfyUI."""

import asyncio
import re
import shlex
from pathlib import Path

from comfydoctor.comfy.install.find import find_installations, installation_of
from comfydoctor.comfy.install.launchers import parse_launcher
from comfydoctor.errors import NotApplicable
from comfydoctor.fixes.base import Care
from comfydoctor.fixes.rewriter import Edit, Rewriter, read
from comfydoctor.fixes.startline import known_flags
from comfydoctor.host.local import locate
from comfydoctor.model.installation import Installation
from comfydoctor.model.wish import Wish

ENDINGS = {".bat", ".cmd", ".sh", ".command", ".service", ".ps1"}
_COMMENT = re.compile(r"\s*(#|rem\b|::|;)", re.IGNORECASE)
_COMMAND = re.compile(r"main\.py[\"']?")
_TAIL = re.compile(r"\s+(%\*|\"?\$@\"?|\|\|?|&&?|[12]?>>?|;|\\$|\^$)")
"""What ends the flags: words of the person, pipes, redirections, a next line."""


class ChangeFlags(Rewriter):
    """Options ``add`` and ``remove`` hold flags with their values.

    The subject is the launcher's path; left out, the only one of the installation.
    """

    id = "change-flags"
    title = "Change the start flags"
    about = "Adds or removes start flags in the file that starts ComfyUI."
    done_words = "has the new flags; they count from the next start on"

    async def edit(self, care: Care, wish: Wish) -> Edit:
        add, remove = _flags(wish.get("add")), _flags(wish.get("remove"))
        if not add and not remove:
            raise NotApplicable("Name flags.", advice="Say add=--lowvram, for example.")
        found = await _installation(care, wish)
        path = Path(wish.subject) if wish.subject else _only(found)
        if path.suffix.lower() not in ENDINGS:
            raise NotApplicable(f"{path.name} is no start script that is known here.")
        before = await asyncio.to_thread(read, path)
        if before is None:
            raise NotApplicable(f"{path} is not there.")
        await asyncio.to_thread(_check_known, add, found, path)
        # Any bytes survive Latin-1; flags are plain ASCII.
        after = changed(before.decode("latin-1"), add, remove).encode("latin-1")
        if after == before:
            raise NotApplicable("The start flags are like that already.")
        return Edit(path, before, after)

    def heading(self, edit: Edit) -> str:
        return f"Change the start flags in {edit.path.name}"

    def loss(self, edit: Edit) -> str:
        return (
            "Nothing: the file as it was is kept. The flags count from the next start "
            "with this file on."
        )


def changed(text: str, add: list[list[str]], remove: list[list[str]]) -> str:
    """The script with other flags. Raises NotApplicable without a command in it."""
    if parse_launcher(text) is None:
        raise NotApplicable("No command with main.py was found in this file.")
    lines = text.split("\n")
    places = [
        i
        for i, line in enumerate(lines)
        if _COMMAND.search(line) and not _COMMENT.match(line)
    ]
    place = places[-1]
    lines[place] = _with_flags(lines[place], add, remove)
    return "\n".join(lines)


def _with_flags(line: str, add: list[list[str]], remove: list[list[str]]) -> str:
    start = max(match.end() for match in _COMMAND.finditer(line))
    ended = _TAIL.search(line, start)
    stop = ended.start() if ended else len(line.rstrip())
    middle = line[start:stop]
    for group in (*remove, *add):  # an added one replaces the same with its values
        middle = _without(middle, group[0])
    for group in add:
        middle = f"{middle.rstrip()} {' '.join(map(_quoted, group))}"
    return line[:start] + middle + line[stop:]


def _without(text: str, flag: str) -> str:
    """Take a flag out with the values that follow it."""
    value = r"(?:\s+(?!-)(?:\"[^\"]*\"|'[^']*'|[^\s\"']+))*"
    return re.sub(rf"\s+{re.escape(flag)}(?:=\S+)?(?![\w-]){value}", "", text)


def _flags(text: str) -> list[list[str]]:
    """``--a 1 --b`` as groups that begin with a flag."""
    groups: list[list[str]] = []
    for word in shlex.split(text):
        if word.startswith("--"):
            groups.append([word])
        elif groups:
            groups[-1].append(word)
        else:
            raise NotApplicable(f"“{word}” is no flag: flags begin with --.")
    return groups


def _quoted(word: str) -> str:
    return f'"{word}"' if re.search(r"\s", word) else word


async def _installation(care: Care, wish: Wish) -> Installation | None:
    where = await asyncio.to_thread(locate, care.profile.url)
    if where.pid is not None:
        return await asyncio.to_thread(installation_of, where.pid)
    if not wish.subject:
        every = await asyncio.to_thread(find_installations)
        port = int(care.profile.url.rpartition(":")[2].partition("/")[0] or 0)
        return next((one for one in every if port in one.ports), None)
    return None


def _only(found: Installation | None) -> Path:
    launchers = found.launchers if found else ()
    if len(launchers) == 1:
        return Path(launchers[0].path)
    if launchers:
        names = ", ".join(launcher.path for launcher in launchers)
        raise NotApplicable(
            "Several files start this ComfyUI.", advice=f"Name: {names}"
        )
    raise NotApplicable(
        "The file that starts this ComfyUI was not found.",
        advice="Name it. The desktop app has its flags in Settings > Server-Config, "
        "Stability Matrix in its launch options.",
    )


def _check_known(add: list[list[str]], found: Installation | None, path: Path) -> None:
    """An unknown flag would end the start at once (argparse, exit code 2)."""
    roots = [Path(found.root)] if found and found.root else []
    roots += [path.parent, path.parent / "ComfyUI"]
    known = next((k for r in roots if (k := known_flags(r / "main.py"))), frozenset())
    for group in add:
        if known and group[0].partition("=")[0] not in known:
            raise NotApplicable(
                f"This ComfyUI has no flag {group[0]}: it would not start with it."
            )
