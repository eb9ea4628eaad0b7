"""Would the server accept the workflow?"""

from comfydoctor.diagnosis.fault import findings_of
from comfydoctor.diagnosis.linting import faults_of, lint_findings, workflow_of
from comfydoctor.diagnosis.probe import Look, Probe
from comfydoctor.model.probe import ProbeResult

_ELSEWHERE = frozenset(
    {
        *("missing-node", "missing-model", "model-path-differs", "damaged-model"),
        *("missing-input-file", "file-not-listed"),
    }
)
"""Rules that other probes look after: nodes, models and files."""


class WorkflowFits(Probe):
    """What ComfyUI checks before it runs a job, without posting one."""

    id = "workflow-fits"
    timeout = 75.0

    def applies(self, look: Look) -> bool:
        return look.workflow is not None

    async def run(self, look: Look) -> ProbeResult:
        workflow = workflow_of(look)
        if workflow is None:
            return self.unknown("The file is no workflow in a form that we know.")
        found = await lint_findings(look, workflow)
        ours = [finding for finding in found if finding.rule not in _ELSEWHERE]
        faults = list(faults_of(ours, workflow))
        if not faults:
            return self.result("Inputs, connections and limits are in order.")
        words = " ".join(fault.words for fault in faults[:6])
        return self.result(words, findings_of(faults, look))
