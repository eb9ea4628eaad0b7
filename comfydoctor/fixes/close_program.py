"""Close a program that holds video memory, chosen by the person."""

import asyncio
import json
import math
import os
from dataclasses import dataclass

from comfydoctor.errors import NotApplicable
from comfydoctor.fixes import process
from comfydoctor.fixes.base import (
    Care,
    Fix,
    Step,
    Verdict,
    basis_of,
    done,
    not_done,
    read_payload,
)
from comfydoctor.fixes.words import size
from comfydoctor.host.gpus import AllGpus
from comfydoctor.model.fix import Plan, PlanStep, Risk

NEVER = frozenset(
    {
        *("xorg", "xwayland", "gnome-shell", "kwin_wayland", "kwin_x11", "plasmashell"),
        *("dwm", "explorer", "csrss", "winlogon", "windowserver", "system", "systemd"),
        *("gdm", "sddm", "weston", "sway", "hyprland", "mutter"),
    }
)
"""Programs that draw the desktop itself: closing one ends the session."""
PATIENCE = 15.0


@dataclass(frozen=True)
class Holder:
    """A process with video memory."""

    pid: int
    name: str
    bytes: float
    """NaN where the driver does not tell."""
    started: float

    @property
    def words(self) -> str:
        """``blender (4711), 6.0 GB``."""
        return f"{self.name} ({self.pid}), {size(self.bytes)}"


class CloseProgram(Fix):
    """The target is a process id. It is asked to end (SIGTERM), never forced."""

    id = "close-program"
    title = "Close a program that holds video memory"
    about = "Asks a program you choose to end, so that its video memory is free."
    risk = Risk.DISRUPTIVE
    repeatable = False

    async def plan(self, care: Care, target: str = "") -> Plan:
        holders = await holders_of_memory()
        chosen = [one for one in holders if str(one.pid) == target]
        if not chosen:
            raise NotApplicable(
                "Choose one of the programs that hold video memory."
                if holders
                else "No program is known to hold video memory on this computer.",
                advice="; ".join(one.words for one in holders[:8]),
            )
        holder = chosen[0]
        _refuse_ours(holder)
        return self._plan(
            care,
            title=f"Close {holder.name}",
            steps=(
                PlanStep(f"Ask {holder.name} to end.", f"SIGTERM {holder.pid}"),
                PlanStep("Look whether it did."),
            ),
            loses=f"Everything in {holder.name} that is not saved, for good.",
            basis=basis_of(self.id, holder.pid, holder.started),
            seconds=(0.2, PATIENCE),
            target=target,
            facts=tuple(("Holds video memory", one.words) for one in holders[:8]),
            payload=json.dumps({"pid": holder.pid, "started": holder.started}),
        )

    async def apply(self, care: Care, plan: Plan, step: Step) -> None:
        payload = read_payload(plan)
        step(0, plan.steps[0].text)
        await care.keep(process.ask_to_end, payload["pid"], payload["started"])
        step(1, plan.steps[1].text)

    async def verify(self, care: Care, plan: Plan) -> Verdict:
        payload = read_payload(plan)
        waited = 0.0
        while await care.keep(process.is_there, payload["pid"], payload["started"]):
            if waited >= PATIENCE:
                return not_done(
                    "It was asked to end and still runs.",
                    "It may be asking whether to save: look at its window.",
                )
            await care.sleep(0.5)
            waited += 0.5
        return done("It has ended.")


async def holders_of_memory() -> tuple[Holder, ...]:
    """Processes with video memory on this computer, the greediest first."""
    cards = AllGpus()
    try:
        report = await cards.read()
    finally:
        await cards.aclose()
    held: dict[int, float] = {}
    for reading in report.readings:
        for one in reading.processes or ():
            held[one.pid] = _sum(held.get(one.pid, 0.0), one.memory_bytes)
    return await asyncio.to_thread(_named, held)


def _named(held: dict[int, float]) -> tuple[Holder, ...]:
    import psutil

    found = []
    for pid, amount in held.items():
        try:
            known = psutil.Process(pid)
            found.append(Holder(pid, known.name(), amount, known.create_time()))
        except psutil.Error:
            continue
    return tuple(sorted(found, key=lambda one: -_sum(0.0, one.bytes)))


def _sum(so_far: float, more: float) -> float:
    return so_far if math.isnan(more) else so_far + more


def _refuse_ours(holder: Holder) -> None:
    name = holder.name.lower().removesuffix(".exe")
    if name in NEVER or holder.pid in {1, os.getpid(), os.getppid()}:
        raise NotApplicable(f"{holder.name} is part of this computer's session.")
    if "comfy" in name or process.is_comfyui(holder.pid):
        raise NotApplicable(
            "That is ComfyUI itself.", advice="Free its memory, or restart it."
        )
