"""Gathers all that is known of one server, for a report or a bundle."""

import math
from collections.abc import Callable, Iterator

from comfydoctor import __version__
from comfydoctor.content.catalogue import Catalogue
from comfydoctor.doctor.doctor import Doctor
from comfydoctor.doctor.guideview import OUTCOMES
from comfydoctor.doctor.report import CheckReport
from comfydoctor.incidents.privacy import Redactor
from comfydoctor.model.dossier import Curve, Dossier, Walked
from comfydoctor.model.flowchart import Step
from comfydoctor.model.guidance import WalkRecord
from comfydoctor.model.metric import METRICS

HOUR = 3600.0
MOST_WALKS = 10
MOST_LINES = 2000


def gather(
    doctor: Doctor,
    report: CheckReport,
    catalogue: Catalogue,
    *,
    clock: Callable[[], float],
    note: str = "",
) -> Dossier:
    """Everything, as it is; nothing is taken out yet."""
    snapshot = doctor.snapshot()
    return Dossier(
        made=clock(),
        program=__version__,
        server=report.server,
        simulated=report.info.simulated if report.info else "",
        findings=report.findings,
        probes=report.probes,
        jobs=snapshot.recent,
        waiting=snapshot.pending,
        activity=snapshot.activity,
        walks=tuple(
            walked(record, catalogue) for record in doctor.guidance.kept(MOST_WALKS)
        ),
        curves=tuple(_curves(doctor)),
        log=tuple(line.text for line in doctor.log_tail()[-MOST_LINES:]),
        note=note,
    )


def redacted(dossier: Dossier, redactor: Redactor | None = None) -> Dossier:
    """The same without secrets and personal things, and what was taken out."""
    redactor = redactor or Redactor()
    clean = redactor.value(dossier)
    return Dossier(**{**vars(clean), "removed": redactor.removed})


def walked(record: WalkRecord, catalogue: Catalogue) -> Walked:
    """A kept walk in the words of its charts; steps of charts that are gone too."""
    chart = catalogue.charts.get(record.chart)
    steps = tuple((step, *_words(step, catalogue)) for step in record.steps)
    return Walked(chart.title if chart else record.chart, record.began, steps)


def _words(step: Step, catalogue: Catalogue) -> tuple[str, str]:
    try:
        node = catalogue.charts[step.chart].at(step.node)
    except KeyError:
        return step.node, step.answer
    texts = {answer.id: answer.text for answer in node.answer}
    said = texts.get(step.answer) or OUTCOMES.get(step.answer, step.answer)
    return node.title, said


def _curves(doctor: Doctor) -> Iterator[Curve]:
    for metric in METRICS:
        for subject in doctor.subjects(metric.id):
            times, values = doctor.history(metric.id, subject, HOUR)
            if any(not math.isnan(value) for value in values):
                yield Curve(
                    metric.id,
                    metric.title,
                    metric.unit.value,
                    subject,
                    tuple(times),
                    tuple(values),
                )
