"""Dossiers to report on: an ordinary one, and one full of hostile words."""

import math
from dataclasses import replace

from comfydoctor.model.dossier import Curve, Dossier, Walked
from comfydoctor.model.finding import Confidence, Evidence, Finding, FixRef, Severity
from comfydoctor.model.fix import EntryState, JournalEntry
from comfydoctor.model.flowchart import Step
from comfydoctor.model.job import Job, JobError, JobState
from comfydoctor.model.probe import Outcome, ProbeResult

NOW = 1_790_000_000.0


def finding(title="It leaks", text="torch.OutOfMemoryError", **more) -> Finding:
    values = {
        "explanation": "Memory is not given back.",
        "evidence": (Evidence("log", text, 7),),
        "fixes": (FixRef("free-memory", "Free memory", "Press it", "one-click"),),
        "since": NOW - 60,
    }
    return Finding(
        "leak", "leak", title, Severity.ERROR, Confidence.LIKELY, **(values | more)
    )


DOSSIER = Dossier(
    made=NOW,
    program="1.2.3",
    server={"url": "http://studio:8188", "version": "0.33.0", "argv": ["main.py"]},
    findings=(finding(),),
    probes=(ProbeResult("disk", "Is there room?", Outcome.PASS, "80 GB", 3.0, ()),),
    jobs=(
        Job(
            "job-1",
            JobState.FAILED,
            started=NOW - 30,
            ended=NOW - 10,
            error=JobError("RuntimeError", "no luck", "3", "KSampler"),
            workflow_name="Poster",
        ),
    ),
    activity=(
        JournalEntry(
            "e1", NOW - 5, "free-memory", "Free memory", "s", EntryState.DONE, "22 → 6"
        ),
    ),
    walks=(
        Walked(
            "Out of memory",
            NOW - 100,
            (
                (
                    Step("oom", "which", "vram", "program", "it says so", NOW),
                    "Which memory?",
                    "The card's",
                ),
            ),
        ),
    ),
    curves=(
        Curve(
            "gpu.load",
            "GPU load",
            "%",
            "gpu0",
            tuple(NOW - 50 + 10 * i for i in range(5)),
            (10.0, 90.0, math.nan, 50.0, 40.0),
        ),
    ),
    log=("got prompt", "torch.OutOfMemoryError: Allocation on device"),
    note="It began at noon.",
)
HOSTILE = '</td><script>alert(1)</script><img src="file:///etc/passwd" onerror=x>'


def hostile() -> Dossier:
    return replace(
        DOSSIER,
        server={"url": HOSTILE, HOSTILE: [HOSTILE]},
        findings=(finding(HOSTILE, HOSTILE, explanation=HOSTILE),),
        log=(HOSTILE,),
        note=HOSTILE,
    )
