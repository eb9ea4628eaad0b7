"""A simulated ComfyUI in a child process of ours, for the demo."""

import asyncio
import contextlib
import sys
import tempfile
from typing import IO

from comfydoctor.errors import DoctorError

READY = b"simulator ready "
START_SECONDS = 30.0
STOP_SECONDS = 3.0
MOST_SAID = 4096
FAILED = "The demo could not be started."


def command(*arguments: str) -> list[str]:
    """The argument list that runs ComfyDoctor itself, frozen or not."""
    if getattr(sys, "frozen", False):
        return [sys.executable, *arguments]
    return [sys.executable, "-m", "comfydoctor", *arguments]


class Demo:
    """One running simulator; ends with us, even when we are killed.

    A process of its own, so that what it costs is not counted as ours and its
    work never delays the window. It stops when its standard input closes.
    """

    def __init__(self, process: asyncio.subprocess.Process, url: str) -> None:
        self.url = url
        self._process = process

    @classmethod
    async def start(cls, scenario: str, *, speed: float = 1.0) -> "Demo":
        """Start a scenario and wait until it answers.

        Raises DoctorError when it does not come up.
        """
        # A pipe that nobody reads would stop the simulator once it is full.
        with tempfile.TemporaryFile() as complaints:
            process = await _spawn(scenario, speed, complaints)
            try:
                url = await asyncio.wait_for(_address(process), START_SECONDS)
            except TimeoutError:
                url = ""
            except BaseException:
                await _end(process)
                raise
            if not url:
                await _end(process)
                raise DoctorError(f"{FAILED} {_said(complaints)}".strip())
        return cls(process, url)

    async def aclose(self) -> None:
        """Stop it; waits until it is gone."""
        await _end(self._process)


async def _spawn(
    scenario: str, speed: float, complaints: IO[bytes]
) -> asyncio.subprocess.Process:
    try:
        return await asyncio.create_subprocess_exec(
            *command("simulate", "--stop-with-parent", "--port", "0"),
            *("--scenario", scenario, "--speed", str(speed)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=complaints,
        )
    except OSError as error:
        raise DoctorError(f"{FAILED} {error.strerror}") from error


async def _address(process: asyncio.subprocess.Process) -> str:
    """The address it prints; empty when it ends without one."""
    if process.stdout is not None:
        async for line in process.stdout:
            if line.startswith(READY):
                return line[len(READY) :].decode("utf-8", "replace").strip()
    return ""


def _said(complaints: IO[bytes]) -> str:
    complaints.seek(0)
    return complaints.read(MOST_SAID).decode("utf-8", "replace").strip()


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.stdin is not None:
        process.stdin.close()
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), STOP_SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()
