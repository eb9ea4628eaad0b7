"""Waiting until a server that was restarted answers, and what it does meanwhile."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from comfydoctor.comfy.text import one_line
from comfydoctor.errors import NotApplicable, ServerError, TimedOut, Unreachable
from comfydoctor.fixes.base import Care

PATIENCE = 300.0
"""Seconds until the port must be open: node packs are imported before that."""
POLL = 1.0
FALLS_WITHIN = 20.0
TAIL = 64 * 1024
PHASES = (
    ("Total VRAM", "It looks for the graphics card."),
    ("ComfyUI version:", "ComfyUI itself is loaded."),
    ("[Prompt Server] web root", "It loads the node packs."),
    ("Import times for custom nodes", "The node packs are loaded."),
    ("Starting server", "It opens its port."),
)
"""Lines of the start-up log (contract, section 8) and what they mean."""
LAST_LINES = 12


@dataclass(frozen=True)
class Watched:
    """A process that was just started, and the file with its output."""

    is_there: Callable[[], bool]
    log: Path
    start: int = 0
    """Where in the file this start begins."""


async def wait_for_start(
    care: Care,
    tell: Callable[[str], None] = lambda text: None,
    watched: Watched | None = None,
) -> bool:
    """Wait until it answers; returns whether it was away.

    Raises TimedOut, and NotApplicable with its last words when it ended meanwhile.
    """
    tell("Wait until it answers again.")
    waited, away = 0.0, watched is not None
    while waited < PATIENCE:
        await care.sleep(POLL)
        waited += POLL
        if watched is not None:
            _follow(watched, tell)
        try:
            await care.client.system_stats()
        except Unreachable:
            away = True
            continue
        except ServerError:
            continue  # slow is not away
        if away or waited >= FALLS_WITHIN:
            return away
    raise TimedOut(
        f"ComfyUI did not come back within {PATIENCE / 60:.0f} minutes.",
        advice="Look at its window or log; the parked jobs are kept.",
    )


def _follow(watched: Watched, tell: Callable[[str], None]) -> None:
    text = tail_of(watched.log, watched.start)
    if phase := phase_of(text):
        tell(phase)
    if not watched.is_there():
        raise NotApplicable(
            "ComfyUI ended while it started. Its last words: " + last_words(text),
            advice="“Explain” in ComfyDoctor says what its log means.",
        )


def phase_of(text: str) -> str:
    """How far a start is, by its log; empty before the first known line."""
    reached = [words for mark, words in PHASES if mark in text]
    return reached[-1] if reached else ""


def last_words(text: str) -> str:
    """The last line of a log that says something."""
    lines = [one_line(line) for line in text.splitlines()[-LAST_LINES:]]
    return next((line for line in reversed(lines) if line), "none were written.")


def tail_of(log: Path, start: int = 0) -> str:
    """The end of a log file, from ``start`` on; empty when it cannot be read."""
    try:
        size = log.stat().st_size
        with log.open("rb") as file:
            file.seek(max(start if start <= size else 0, size - TAIL))
            return file.read(TAIL).decode("utf-8", "replace")
    except OSError:
        return ""
