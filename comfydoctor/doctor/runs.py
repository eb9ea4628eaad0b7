"""Findings of runs: what made jobs fail, until the same workflow runs well."""

from collections.abc import Callable, Collection, Iterable

from comfydoctor.diagnosis.board import MOST, Board
from comfydoctor.model.change import Change
from comfydoctor.model.finding import Finding
from comfydoctor.model.job import Job, JobState


class RunFindings:
    """Remembers in which workflow each finding was seen."""

    def __init__(self, board: Board, say: Callable[[Change | None], None]) -> None:
        self._board = board
        self._say = say
        self._seen_in: dict[str, str] = {}
        """Findings that a good run disproves, each with the workflow it was seen
        in; empty when that is not known."""

    def report(self, finding: Finding, workflow: str, version: str) -> None:
        """A finding was seen in a run; ``version`` is the server's."""
        if finding.harmless:
            return
        self._say(self._board.report(finding, version))
        if len(self._seen_in) > 2 * MOST:  # a hostile log names ever new ones
            still = self._seen_in.items()
            self._seen_in = {k: name for k, name in still if self._board.get(k)}
        if self._board.get(finding.key):
            known = self._seen_in.get(finding.key, "")
            self._seen_in[finding.key] = workflow or known

    def disprove(self, job: Job, held: Collection[str] = ()) -> None:
        """A run that began after a problem was last seen and went well ends it.

        ``held``: keys of what a run says nothing of, such as a pack that is missing.
        """
        began = job.started if job.started is not None else job.ended
        for finding in self._board.open():
            workflow = self._seen_in.get(finding.key)
            same = workflow is not None and workflow in {"", job.workflow_name}
            if finding.key in held:
                continue
            if same and began is not None and finding.last_seen < began:
                self._say(self._board.resolve(finding.key))
                del self._seen_in[finding.key]


def still_failing(ended: Iterable[Job]) -> tuple[Job, ...]:
    """Of jobs, oldest first, those that failed and whose workflow did not run since."""
    good: set[str] = set()
    failing: list[Job] = []
    for job in reversed(tuple(ended)):
        if job.state is JobState.SUCCEEDED:
            good |= {job.workflow_name, ""}
        elif job.error is not None and job.workflow_name not in good:
            failing.append(job)
    return tuple(reversed(failing))
