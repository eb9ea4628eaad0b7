"""Find the node packs that break a start, a job, or its speed, by halving."""

import asyncio
import json
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from comfydoctor.comfy.install.packs import read_packs
from comfydoctor.errors import NotApplicable, ServerError
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
from comfydoctor.fixes.bisect import Found, find_culprits
from comfydoctor.fixes.blame import TEST_JOB, Judge, detail_of, said_of
from comfydoctor.fixes.graphs import known_item
from comfydoctor.fixes.launching import BASE, known_launch
from comfydoctor.fixes.localfolders import PACKS, pack_folders
from comfydoctor.fixes.startline import main_of
from comfydoctor.fixes.trial import Trial, Trials, end_left_over, left_over
from comfydoctor.fixes.ways import local_process
from comfydoctor.fixes.words import counted, listed
from comfydoctor.model.fix import JournalEntry, Plan, PlanStep, Risk
from comfydoctor.model.wish import Wish

SYMPTOMS = {
    "start": "ComfyUI does not start",
    "job": "a job fails",
    "slow": "a job is slow",
}


class FindBadPack(Fix):
    """Trials run in a second ComfyUI on another port; the person's is not touched.

    Option ``symptom``: ``start``, ``job`` (the default) or ``slow``; the subject may
    name a job to try instead of the built-in one; ``root``, ``python`` and ``base``
    name an installation that is not running.
    """

    id = "find-bad-pack"
    title = "Find the node pack that breaks it"
    about = "Starts ComfyUI with halves of your node packs until the culprit is found."
    risk = Risk.SAFE
    stoppable = True

    async def plan(self, care: Care, target: str = "") -> Plan:
        wish = Wish.read(target)
        symptom = wish.get("symptom", "job")
        if symptom not in SYMPTOMS:
            raise NotApplicable(
                f"“{symptom}” is not looked for.", advice=f"Say {', '.join(SYMPTOMS)}."
            )
        launch = await _launch(care, wish)
        packs = await _packs(care, launch)
        graph, needed = await _job(care, wish)
        asked = [pack for pack in packs if pack not in needed]
        if not asked:
            raise NotApplicable("There is no node pack to try.")
        most = 2 * len(asked).bit_length() + 4
        return self._plan(
            care,
            title=f"Find the pack because of which {SYMPTOMS[symptom]}",
            steps=(
                PlanStep("Start a second ComfyUI without any pack, then with all."),
                PlanStep(
                    f"Halve the {counted(len(asked), 'pack')} until those to blame are "
                    f"found: about {most} starts for one, more for several.",
                    " ".join(launch.argv)[:200] + " --whitelist-custom-nodes …",
                ),
                PlanStep("Start once more without them, to be sure."),
            ),
            loses=(
                "Nothing: your ComfyUI goes on as it is, no pack is changed. The "
                "second one needs memory of its own while it runs; it writes into a "
                "folder of ComfyDoctor."
            ),
            undo="",
            basis=basis_of(self.id, launch.argv, packs, graph),
            seconds=(10.0 * most, 60.0 * most),
            target=target,
            facts=(
                ("Packs in question", listed(asked, most=6)),
                *((("Needed by the job", listed(needed)),) if needed else ()),
            ),
            payload=json.dumps(
                {"packs": asked, "needed": needed, "symptom": symptom, "graph": graph}
            ),
        )

    async def apply(self, care: Care, plan: Plan, step: Step) -> None:
        payload, wish = read_payload(plan), Wish.read(plan.target)
        launch = await _launch(care, wish)
        with tempfile.TemporaryDirectory(
            prefix="comfydoctor-", ignore_cleanup_errors=True
        ) as folder:
            graph = None if payload["symptom"] == "start" else payload["graph"]
            trials = Trials(care, plan.id, launch, Path(folder), graph)
            judge = Judge(trials, payload["symptom"], tuple(payload["needed"]))
            tell = _counting(step, trials)
            found = await find_culprits(payload["packs"], judge, tell)
            await care.keep(_write_down, care, plan.id, found, trials.done)

    async def verify(self, care: Care, plan: Plan) -> Verdict:
        if await care.keep(left_over, care, plan.id) is not None:
            said = "It was cut off, and a trial ComfyUI still runs."
            return not_done(said, undo="Ends the trial ComfyUI that was left running.")
        kept = care.journal.kept(plan.id, "found")
        if kept is None:
            return not_done("It was stopped before anything was found.", undo="")
        found = Found(
            tuple(kept["culprits"]),
            tuple(map(tuple, kept["together"])),
            kept["without_any"],
            kept["never"],
        )
        trials = care.journal.kept(plan.id, "trials") or []
        return done(
            f"{said_of(found)} ({counted(len(trials), 'start')})", detail_of(trials)
        )

    async def undo(self, care: Care, entry: JournalEntry, step: Step) -> None:
        step(0, "End the trial ComfyUI.")
        await end_left_over(care, entry.id)

    async def verify_undo(self, care: Care, entry: JournalEntry) -> Verdict:
        if await care.keep(left_over, care, entry.id) is None:
            return done("No trial ComfyUI runs.")
        return not_done("The trial ComfyUI still runs.")


async def _launch(care: Care, wish: Wish) -> process.Launch:
    """How the person's ComfyUI is started: as it runs, else as it is known."""
    if wish.get("root"):
        return await known_launch(care, wish)
    try:
        info = await care.client.system_stats()
    except ServerError:
        return await known_launch(care, wish)
    if info.simulated:
        raise NotApplicable("This is a simulated ComfyUI: it has no packs here.")
    return (await local_process(care, info)).launch


async def _packs(care: Care, launch: process.Launch) -> list[str]:
    """Names of the enabled packs, as the whitelist wants them."""
    base = _value(launch.argv, BASE)
    own = Path(launch.cwd, base) if base else main_of(launch).parent
    folders = [own / PACKS] if (own / PACKS).is_dir() else await pack_folders(care)
    found = await asyncio.to_thread(read_packs, folders)
    return [Path(pack.folder).name for pack in found if pack.enabled]


def _value(argv: tuple[str, ...], flag: str) -> str:
    return argv[argv.index(flag) + 1] if flag in argv[:-1] else ""


async def _job(care: Care, wish: Wish) -> tuple[dict[str, Any], list[str]]:
    """The graph to try, and the packs that it cannot do without."""
    if not wish.subject:
        return TEST_JOB, []
    graph = json.loads((await known_item(care, wish.subject)).prompt_json)
    needed: dict[str, None] = {}
    for kind in {str(node.get("class_type")) for node in graph.values()}:
        said = await care.client.object_info_class(kind)
        home, _, pack = str((said or {}).get("python_module", "")).partition(".")
        if home == PACKS and pack:
            needed[pack] = None
    return graph, sorted(needed)


def _write_down(care: Care, entry_id: str, found: Found, trials: list[Trial]) -> None:
    rows = [
        {k: v for k, v in asdict(trial).items() if v == v}  # NaN is no JSON
        for trial in trials
    ]
    care.journal.keep(entry_id, "trials", rows)
    care.journal.keep(entry_id, "found", asdict(found))


def _counting(step: Step, trials: Trials) -> Any:
    def tell(text: str) -> None:
        number = len(trials.done)
        index = 0 if number < 2 else 2 if text.startswith("Try without ") else 1
        step(index, f"Start {number + 1}: {text}")

    return tell
