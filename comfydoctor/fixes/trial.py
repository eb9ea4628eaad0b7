"""A second ComfyUI for a moment: chosen node packs, one test job, then ended."""

import asyncio
import json
import math
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from comfydoctor.comfy.client import Client
from comfydoctor.comfy.parse_prompt import PromptRefused
from comfydoctor.errors import NotApplicable, ServerError
from comfydoctor.fixes import process
from comfydoctor.fixes.awaiting import last_words, tail_of
from comfydoctor.fixes.base import Care
from comfydoctor.fixes.startline import free_port, known_flags, main_of, without_flags
from comfydoctor.model.job import JobState

POLL = 0.25
RUNS = 2
"""Of the test job in each trial; the quicker one counts."""
OWN = ("--output-directory", "--temp-directory", "--user-directory")
"""Pointed to a folder of ours: ComfyUI empties its temp folder at every start."""
SET_HERE = {
    "--auto-launch": 0,
    "--windows-standalone-build": 0,
    "--listen": 1,
    "--port": 1,
    "--database-url": 1,
    **dict.fromkeys(OWN, 1),
}
"""Flags that a trial sets by itself, with the number of their values."""
WHITELIST = "--whitelist-custom-nodes"
MEMORY = "sqlite:///:memory:"


@dataclass(frozen=True)
class Trial:
    """How one start with one choice of packs went."""

    packs: tuple[str, ...]
    started: bool
    start_seconds: float = math.nan
    job_ok: bool | None = None
    """None: no job was tried."""
    job_seconds: float = math.nan
    said: str = ""
    """Why it failed, in the server's words."""


@dataclass
class Trials:
    """Runs trials of one installation, one at a time."""

    care: Care
    entry: str
    """The action that they belong to; its journal knows what runs now."""
    launch: process.Launch
    """How the person's ComfyUI is started."""
    folder: Path
    """For everything that a trial writes."""
    graph: Mapping[str, Any] | None = None
    """The test job; None when only the start matters."""
    longest_start: float = 600.0
    longest_job: float = 600.0
    done: list[Trial] = field(default_factory=list)

    async def run(self, packs: Sequence[str]) -> Trial:
        """Start with exactly these packs, try the job, end it."""
        port = await self.care.keep(free_port)
        launch = await self.care.keep(
            _with_packs, self.launch, packs, port, self.folder
        )
        log = Path(launch.log)
        await self.care.keep(_fresh, log)
        beginning = asyncio.get_running_loop().create_task(self._begin(launch, log))
        try:
            pid, started = await asyncio.shield(beginning)
            trial = await self._watch(tuple(packs), pid, started, port, log)
        finally:
            # Stopped while it starts: only a process that is known can be ended.
            pid, started = await beginning
            await self.care.keep(process.end, pid, started)
            await self._note(0, 0.0)
        self.done.append(trial)
        return trial

    async def _begin(self, launch: process.Launch, log: Path) -> tuple[int, float]:
        pid = await self.care.keep(process.start, launch, log)
        started = await self.care.keep(process.started, pid)
        await self._note(pid, started)
        return pid, started

    async def _note(self, pid: int, started: float) -> None:
        kept = {"pid": pid, "started": started}
        await self.care.keep(self.care.journal.keep, self.entry, "trial", kept)

    async def _watch(
        self, packs: tuple[str, ...], pid: int, started: float, port: int, log: Path
    ) -> Trial:
        trial = Trial(packs, started=False)
        async with self.care.elsewhere(f"http://127.0.0.1:{port}") as there:
            waited = 0.0
            while waited < self.longest_start:
                if not await self.care.keep(process.is_there, pid, started):
                    return replace(trial, said=last_words(tail_of(log)))
                if await _answers(there):
                    trial = replace(trial, started=True, start_seconds=waited)
                    return await self._try_job(trial, there, pid, started)
                await self.care.sleep(POLL)
                waited += POLL
        return replace(trial, said=f"It did not answer within {waited:.0f} s.")

    async def _try_job(
        self, trial: Trial, there: Client, pid: int, started: float
    ) -> Trial:
        if self.graph is None:
            return trial
        for number in range(RUNS):
            trial = await self._one_job(trial, there, number)
            if not trial.job_ok:
                gone = not await self.care.keep(process.is_there, pid, started)
                said = "The server ended during the job." if gone else trial.said
                return replace(trial, said=said)
        return trial

    async def _one_job(self, trial: Trial, there: Client, number: int) -> Trial:
        failed = replace(trial, job_ok=False)
        try:
            sent = await there.submit(_varied(self.graph or {}, number))
            waited = 0.0
            while waited < self.longest_job:
                entry = await there.history_entry(sent.id)
                if entry is not None:
                    break
                await self.care.sleep(POLL)
                waited += POLL
            else:
                return replace(failed, said=f"The job ran over {waited:.0f} s.")
        except PromptRefused as error:
            return replace(failed, said=f"The job was refused: {error}")
        except ServerError as error:
            return replace(failed, said=str(error))
        if entry.state is not JobState.SUCCEEDED:
            said = entry.error.message if entry.error else "The job failed."
            return replace(failed, said=said)
        seconds = min(_known(trial.job_seconds), _known(entry.seconds))
        return replace(trial, job_ok=True, job_seconds=seconds)


async def end_left_over(care: Care, entry_id: str) -> None:
    """End a trial that outlived us."""
    if (kept := left_over(care, entry_id)) is not None:
        await care.keep(process.end, kept["pid"], kept["started"])


def left_over(care: Care, entry_id: str) -> dict[str, Any] | None:
    """The process of a trial that still runs, None when there is none. Blocks."""
    kept = care.journal.kept(entry_id, "trial") or {}
    if not kept.get("pid") or not process.is_there(kept["pid"], kept["started"]):
        return None
    return dict(kept)


def _with_packs(
    launch: process.Launch, packs: Sequence[str], port: int, folder: Path
) -> process.Launch:
    """The same start with other packs, an own port and own folders. Blocks."""
    main = main_of(launch)
    flags = known_flags(main)
    if WHITELIST not in flags:
        raise NotApplicable(
            "This ComfyUI is too old to be started with chosen node packs.",
            advice=f"It needs the flag {WHITELIST}, which came in 2025.",
        )
    place = launch.argv.index(next(w for w in launch.argv if w.endswith("main.py")))
    rest = launch.argv[place + 1 :]
    argv = [*launch.argv[: place + 1], *without_flags(rest, SET_HERE)]
    argv += ["--port", str(port), "--listen", "127.0.0.1"]
    for flag in OWN:
        if flag in flags:
            own = folder / flag.strip("-")
            own.mkdir(parents=True, exist_ok=True)
            argv += [flag, str(own)]
    if "--database-url" in flags:
        argv += ["--database-url", MEMORY]
    argv += ["--disable-auto-launch", "--disable-all-custom-nodes"]
    argv += [WHITELIST, *packs] if packs else []
    return replace(launch, argv=tuple(argv), log=str(folder / "trial.log"))


def _fresh(log: Path) -> None:
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_bytes(b"")


async def _answers(there: Client) -> bool:
    with suppress(ServerError):
        await there.system_stats()
        return True
    return False


def _known(seconds: float | None) -> float:
    return math.inf if seconds is None or math.isnan(seconds) else seconds


def _varied(graph: Mapping[str, Any], number: int) -> dict[str, object]:
    """A copy that no cache answers: other seeds, another colour."""
    made: dict[str, Any] = json.loads(json.dumps(graph))
    for node in made.values():
        inputs = node.get("inputs") if isinstance(node, dict) else None
        for name in ("seed", "noise_seed", "color"):
            value = inputs.get(name) if isinstance(inputs, dict) else None
            if isinstance(inputs, dict) and isinstance(value, int):
                inputs[name] = (value + number + 1) % 0xFFFFFF
    return made
