"""What leads people on one server: guided diagnosis, checklists, incidents."""

import time
from collections.abc import Awaitable, Callable, Mapping

from comfydoctor.content.catalogue import Catalogue
from comfydoctor.diagnosis.signatures import Matcher
from comfydoctor.doctor.checklists import Checklists
from comfydoctor.doctor.guidance import Guidance, Patient, RunProbes
from comfydoctor.doctor.incidents import Incidents
from comfydoctor.doctor.treatment import user_name
from comfydoctor.doctor.watching import Watch
from comfydoctor.doctor.whatisknown import gather
from comfydoctor.store.checklists import ChecklistRuns
from comfydoctor.store.incidents import IncidentFiles
from comfydoctor.store.store import Store
from comfydoctor.store.walks import Walks


class Guides:
    """All of them, over one watch. A store that only reads keeps nothing."""

    def __init__(
        self,
        watch: Watch,
        store: Store,
        *,
        matcher: Callable[[], Awaitable[Matcher]],
        run_probes: RunProbes,
        clock: Callable[[], float],
        normals: Callable[[], Mapping[str, float]] = dict,
    ) -> None:
        async def catalogue() -> Catalogue:
            return (await matcher()).catalogue

        paths = None if store.read_only else store.paths
        patient = Patient(
            key=watch.profile.key,
            catalogue=catalogue,
            known=lambda results: gather(
                watch.state, watch.board, watch.series, results, normals()
            ),
            findings=watch.board.open,
            info=lambda: watch.state.info,
            run_probes=run_probes,
            clock=clock,
            walks=Walks(paths and paths.walks),
        )
        who = user_name()
        self.guidance = Guidance(patient)
        runs = ChecklistRuns(paths and paths.checklists)
        self.checklists = Checklists(patient, runs, who)
        self.incidents = Incidents(
            patient,
            IncidentFiles(paths and paths.incidents),
            who,
            jobs=lambda: (watch.state.waiting, watch.state.ended.values()),
            local_time=lambda seconds: time.strftime(
                "%Y-%m-%d %H:%M %Z", time.localtime(seconds)
            ),
        )
        watch.on_change(self.incidents.heard)
