"""Stop the running job."""

from comfydoctor.fixes import stopping
from comfydoctor.fixes.base import Care, Fix, Step, Verdict, basis_of
from comfydoctor.fixes.words import job_name
from comfydoctor.model.fix import Plan, PlanStep, Risk


class InterruptJob(Fix):
    """The running job, only if it is still the one that was meant."""

    id = "interrupt-job"
    title = "Stop the running job"
    about = "Asks the running job to stop and says whether it did."
    risk = Risk.DISRUPTIVE

    async def plan(self, care: Care, target: str = "") -> Plan:
        item = await stopping.running_item(care, target)
        return self._plan(
            care,
            title=f"Stop {job_name(item)}",
            steps=(
                PlanStep(
                    "Ask the job to stop; no other job can be hit.",
                    f"POST /api/jobs/{item.id}/cancel, before 0.26 /interrupt",
                ),
                PlanStep("Watch for ten seconds whether it does."),
            ),
            loses=stopping.stop_loss(item),
            basis=basis_of(self.id, item.id),
            seconds=(0.2, 12.0),
            target=item.id,
            facts=(("Job", job_name(item)), ("Nodes", str(item.node_count))),
        )

    async def apply(self, care: Care, plan: Plan, step: Step) -> None:
        step(0, plan.steps[0].text)
        await stopping.ask_to_stop(care, plan.target)
        step(1, plan.steps[1].text)
        await stopping.watch(care, plan.target)

    async def verify(self, care: Care, plan: Plan) -> Verdict:
        return stopping.judge(await stopping.watch(care, plan.target, 0.0))
