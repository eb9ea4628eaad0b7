"""Freeing memory, and measuring what came of it."""

import json
from dataclasses import asdict, dataclass
from typing import ClassVar

from comfydoctor.errors import ServerError
from comfydoctor.fixes.base import (
    Care,
    Fix,
    Step,
    Verdict,
    basis_of,
    done,
    not_done,
    read_payload,
    unknown,
)
from comfydoctor.fixes.words import size
from comfydoctor.model.fix import FixOutcome, Plan, PlanStep, Risk
from comfydoctor.model.server import ServerInfo

LOOKS = (*(0.5,) * 10, *(2.0,) * 13)
"""Seconds between looks, thirty in all. Close at first: the next job of a queue
fills the memory again at once."""
LEAST = 64 << 20
"""Bytes; less than this is noise of the driver and the desktop."""
PROOF = "Using RAM pressure cache"
"""Since 0.23 printed each time ``free_memory`` was applied (contract, POST /free)."""
BUSY = (
    "ComfyUI frees memory only between jobs, and one is running: it will act when "
    "that job ends."
)


@dataclass(frozen=True)
class Reading:
    """Memory at one moment, in bytes; ``vram`` figures are 0 without a card."""

    has_vram: bool
    vram_used: int
    vram_total: int
    by_comfy: int
    ram_used: int
    log_mark: str = ""
    """Time of the newest log entry, to tell later ones."""

    @classmethod
    def of(cls, info: ServerInfo, log_mark: str = "") -> "Reading":
        """Add up all cards."""
        cards = [device for device in info.devices if device.has_vram]
        return cls(
            has_vram=bool(cards),
            vram_used=sum(card.vram_used for card in cards),
            vram_total=sum(card.vram_total for card in cards),
            by_comfy=sum(card.used_by_comfy for card in cards),
            ram_used=max(0, info.ram_total - info.ram_free),
            log_mark=log_mark,
        )

    @property
    def words(self) -> str:
        """The figure that matters here."""
        if self.has_vram:
            return f"{size(self.vram_used)} of {size(self.vram_total)} video memory"
        return f"{size(self.ram_used)} memory of the whole computer"

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """The figures for the dialog."""
        used = ("Used now", self.words)
        if not self.has_vram:
            return (used,)
        return (used, ("By ComfyUI", size(self.by_comfy)))


class MemoryFix(Fix):
    """Asks the server for memory and reads what it gave."""

    risk = Risk.DISRUPTIVE
    free_memory: ClassVar[bool]
    """Whether the cache of results goes too."""
    loses: ClassVar[str]

    async def plan(self, care: Care, target: str = "") -> Plan:
        info = await care.client.system_stats()
        busy = await care.client.queue_remaining() > 0
        before = Reading.of(info, await _log_mark(care))
        wanted = f'{{"unload_models": true, "free_memory": {_json(self.free_memory)}}}'
        when = f" {BUSY}" if busy else ""
        return self._plan(
            care,
            steps=(
                PlanStep(
                    "Ask ComfyUI to let go of memory." + when, f"POST /free {wanted}"
                ),
                PlanStep("Read the memory again, for up to 30 seconds."),
            ),
            loses=self.loses,
            basis=basis_of(self.id, info.version, info.argv, before.has_vram),
            seconds=(2.0, 30.0),
            facts=(*before.facts, ("A job is running", "yes" if busy else "no")),
            payload=json.dumps(asdict(before)),
        )

    async def apply(self, care: Care, plan: Plan, step: Step) -> None:
        step(0, plan.steps[0].text)
        await care.client.free(unload_models=True, free_memory=self.free_memory)
        step(1, plan.steps[1].text)

    async def verify(self, care: Care, plan: Plan) -> Verdict:
        before = Reading(**read_payload(plan))
        verdict = unknown("Nothing was seen of it yet.")
        for pause in LOOKS:
            await care.sleep(pause)
            verdict = await self._look(care, before)
            if verdict.outcome is FixOutcome.DONE:
                break
            if not before.has_vram and not await _is_busy(care):
                break  # nothing more will be seen there
        return verdict

    async def _look(self, care: Care, before: Reading) -> Verdict:
        now = Reading.of(await care.client.system_stats())
        if now.has_vram and before.vram_used - now.vram_used >= LEAST:
            return done(
                f"Video memory {size(before.vram_used)} → {size(now.vram_used)}."
            )
        if await _is_busy(care):
            return await self._look_busy(care, before, now)
        if now.has_vram:
            others = max(0, now.vram_used - now.by_comfy)
            return not_done(
                f"Not effective: video memory stays at {size(now.vram_used)}.",
                f"ComfyUI's models and results hold {size(now.by_comfy)} of it, the "
                f"rest ({size(others)}) is held by the driver and other programs.",
            )
        ram = f"memory of the whole computer {size(before.ram_used)} → "
        ram += size(now.ram_used)
        if self.free_memory and await _log_proves(care, before.log_mark):
            return done(f"Done, the server's log confirms it; {ram}.")
        return unknown(
            f"ComfyUI took the request; what it freed cannot be measured here ({ram}).",
            "This server has no video memory of its own to read.",
        )

    async def _look_busy(self, care: Care, before: Reading, now: Reading) -> Verdict:
        """With a job running, only the log can tell that it was done before it."""
        if self.free_memory and await _log_proves(care, before.log_mark):
            return done(
                "Memory was let go, the server's log confirms it; the job that began "
                f"since uses {now.words}."
            )
        return unknown(f"Not yet: {BUSY}")


def _json(flag: bool) -> str:
    return "true" if flag else "false"


async def _is_busy(care: Care) -> bool:
    return await care.client.queue_remaining() > 0


async def _log_mark(care: Care) -> str:
    try:
        entries = await care.client.log_entries()
    except ServerError:
        return ""
    return entries[-1].t if entries else ""


async def _log_proves(care: Care, mark: str) -> bool:
    if not mark:
        return False
    try:
        entries = await care.client.log_entries()
    except ServerError:
        return False
    return any(entry.t > mark and PROOF in entry.m for entry in entries)
