"""When a trial counts as bad, and what is told of the packs to blame."""

from typing import Any

from comfydoctor.fixes.bisect import Found, Packs
from comfydoctor.fixes.trial import Trial, Trials

SLOWER = 1.5
LEAST = 0.4
"""Seconds; a job that is this much and half as long again slower is slow."""
ROOM = 60.0
"""Seconds that a start may take beside four times the one without packs."""
TEST_JOB: dict[str, Any] = {
    "1": {
        "class_type": "EmptyImage",
        "inputs": {"width": 256, "height": 256, "batch_size": 1, "color": 1},
    },
    "2": {
        "class_type": "ImageScale",
        "inputs": {
            "image": ["1", 0],
            "upscale_method": "bilinear",
            "width": 512,
            "height": 512,
            "crop": "disabled",
        },
    },
    "3": {
        "class_type": "ImageBlur",
        "inputs": {"image": ["2", 0], "blur_radius": 2, "sigma": 1.0},
    },
    "9": {"class_type": "PreviewImage", "inputs": {"images": ["3", 0]}},
}
"""Needs no model (contract, section 7)."""


class Judge:
    """Tells for a choice of packs whether the trouble shows."""

    def __init__(self, trials: Trials, symptom: str, needed: Packs) -> None:
        self._trials, self._symptom, self._needed = trials, symptom, needed
        self._base: Trial | None = None

    async def __call__(self, packs: Packs) -> bool:
        trial = await self._trials.run((*self._needed, *packs))
        if self._base is None:
            self._base = trial
            if trial.started:
                self._trials.longest_start = 4 * trial.start_seconds + ROOM
            if trial.job_ok:
                self._trials.longest_job = 20 * trial.job_seconds + ROOM
        if not trial.started:
            return True
        if self._symptom == "start":
            return False
        if not trial.job_ok:
            return True
        slow = max(SLOWER * self._base.job_seconds, self._base.job_seconds + LEAST)
        return self._symptom == "slow" and trial.job_seconds > slow


def said_of(found: Found) -> str:
    """What was found, in one sentence."""
    if found.without_any:
        return "It happens without any node pack too, so no pack is to blame."
    if found.never:
        return "It does not happen with all packs in a fresh ComfyUI."
    names = [*found.culprits, *(" with ".join(group) for group in found.together)]
    return f"To blame: {', '.join(names)}."


def detail_of(trials: list[dict[str, Any]]) -> str:
    """What the trials with single packs said."""
    lines = []
    for trial in trials:
        if len(trial["packs"]) == 1 and trial.get("said"):
            lines.append(f"{trial['packs'][0]}: {trial['said']}")
    return "\n".join(dict.fromkeys(lines))[:4000]
