"""An office and a doctor that answer at once, from values a test sets."""

import os
from pathlib import Path
from types import SimpleNamespace

from comfydoctor.content.catalogue import Catalogue
from comfydoctor.diagnosis.flowchart.known import Known
from comfydoctor.diagnosis.signatures import Matcher
from comfydoctor.doctor.checklists import Checklists
from comfydoctor.doctor.guidance import Guidance, Patient
from comfydoctor.doctor.incidents import Incidents
from comfydoctor.doctor.trace import trace
from comfydoctor.model.chartmarks import ChartMarks
from comfydoctor.model.fix import FixOutcome, FixResult, Plan, PlanStep, Risk
from comfydoctor.model.probe import Outcome, ProbeResult
from comfydoctor.model.server import FoundServer, ServerProfile
from comfydoctor.model.snapshot import Snapshot
from comfydoctor.model.stretch import Stretch
from comfydoctor.store.checklists import ChecklistRuns
from comfydoctor.store.incidents import IncidentFiles
from comfydoctor.store.walks import Walks

CATALOGUE = Catalogue()


class NoVersions:
    """No state of a workflow was ever seen."""

    async def workflows(self):
        return ()


class StandInRecorded:
    """What a test put into the doctor's past, as single readings."""

    def __init__(self, doctor):
        self._doctor = doctor

    async def past(self, metrics, start, end, points=1500):
        past = self._doctor.past.items()
        found = {key: pair for key, pair in past if key[0] in metrics}
        return {key: Stretch(t, v, v, v, v) for key, (t, v) in found.items()}

    async def jobs(self, start, end):
        return ()


class StandInDoctor:
    """Answers like a Doctor, at once, from values a test sets."""

    def __init__(self, profile):
        self.profile = profile
        self.folder = Path(os.environ["COMFYDOCTOR_HOME"]) / "incidents"
        self.known = Snapshot(profile)
        self.listeners = []
        self.versions = NoVersions()
        self.asked = []
        self.lines = ()
        self.past = {}
        self.found = ()
        self.knows = Known()
        self.guidance = Guidance(self._patient())
        self.incidents = Incidents(
            self._patient(),
            IncidentFiles(self.folder),
            "jane",
            jobs=lambda: ((), ()),
            local_time=lambda seconds: f"at {seconds:.0f}",
        )
        self.checklists = Checklists(self._patient(), ChecklistRuns(None), "jane")
        self.probes = (
            ProbeResult("disk", "Is there room on the disk?", Outcome.PASS, "80 GB", 3),
            ProbeResult("vram", "Is video memory free?", Outcome.WARN, "1 GB", 12),
        )
        self.result = FixResult(
            "p1", "free-memory", FixOutcome.DONE, "VRAM 22.9 → 6.1 GB", entry="e1"
        )
        self.plan_made = Plan(
            id="p1",
            fix="free-memory",
            title="Free video memory",
            server=profile.key,
            steps=(PlanStep("Ask ComfyUI to unload", "POST /free"), PlanStep("Look")),
            loses="Models are loaded again by the next job.",
            risk=Risk.SAFE,
            undo="",
            basis="x",
            facts=(("VRAM in use", "22.9 of 24 GB"),),
        )

    def _patient(self):
        async def catalogue():
            return CATALOGUE

        async def run_probes(only, tell):
            self.asked.append(("probes", only))

        return Patient(
            key=self.profile.key,
            catalogue=catalogue,
            known=lambda results: self.knows,
            findings=lambda: self.known.findings,
            info=lambda: None,
            run_probes=run_probes,
            clock=lambda: 1000.0,
            walks=Walks(None),
        )

    def snapshot(self):
        return self.known

    def on_change(self, listener):
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)

    def announce(self, change):
        for listener in tuple(self.listeners):
            listener(change)

    async def check(self, *, on_result=None):
        self.asked.append("check")
        for probe in self.probes:
            if on_result:
                on_result(probe)
        return SimpleNamespace(probes=self.probes, findings=self.found)

    async def plan(self, fix_id, target=""):
        self.asked.append(("plan", fix_id, target))
        return self.plan_made

    async def apply(self, plan):
        self.asked.append(("apply", plan.id))
        return self.result

    async def undo(self, entry_id):
        self.asked.append(("undo", entry_id))
        return self.result

    inspect = finish = undo

    async def give_up(self, entry_id):
        self.asked.append(("give_up", entry_id))

    @property
    def recorded(self):
        return StandInRecorded(self)

    def marks(self, metrics):
        return {metric: ChartMarks((1.0, 2.0), (90.0,)) for metric in metrics}

    def history(self, metric, subject, seconds):
        return self.past.get((metric, subject), ((), ()))

    async def trace(self, path):
        return await trace(Path(path), Matcher(CATALOGUE))

    async def explain(self, text):
        self.asked.append(("explain", text))
        return self.found

    def ignore(self, key):
        self.asked.append(("ignore", key))

    def log_tail(self):
        return self.lines


class StandInOffice:
    """Answers like an Office; keeps what it was asked for."""

    def __init__(self):
        self.doctors = {}
        self.kept = []
        self.found = (FoundServer("http://127.0.0.1:8188", "0.33.0", "a usual port"),)
        self.examined = None
        self.settings = None

    def servers(self):
        return tuple(self.kept)

    def save(self, settings):
        self.settings = settings

    async def find_servers(self):
        return self.found

    async def examine(self, profile, secret=""):
        return self.examined

    async def open(self, profile, secret=""):
        if profile.key not in self.doctors:
            self.doctors[profile.key] = StandInDoctor(profile)
        self.kept = [p for p in self.kept if p.key != profile.key] + [profile]
        return self.doctors[profile.key]

    async def close(self, key):
        self.doctors.pop(key, None)

    async def forget(self, key):
        await self.close(key)
        self.kept = [p for p in self.kept if p.key != key]

    def scenarios(self):
        return (SimpleNamespace(id="oom", title="Out of memory", summary="A job dies"),)

    async def start_demo(self, scenario, *, speed=1.0):
        return ServerProfile(f"Demo: {scenario}", "http://127.0.0.1:9")

    async def stop_demo(self):
        pass
