"""What a notice may say of an incident, from what was measured."""

import statistics
from collections.abc import Iterable, Mapping

from comfydoctor.incidents.timeline import figures
from comfydoctor.model.incident import EntryKind, Incident
from comfydoctor.model.job import Job, JobState

LEAST_RUNS = 3
"""Finished jobs from which a time may be estimated."""
MOST_DONE = 3


def facts_of(
    incident: Incident,
    titles: Mapping[str, str],
    *,
    clock_time: str,
    next_time: str,
    estimate: str,
    impact: str,
    now: float,
) -> dict[str, str]:
    """Facts by the names that the texts use; what is not known is left out.

    ``clock_time`` is the beginning and ``next_time`` the next word, as local times;
    ``titles`` are the words of the causes that were found.
    """
    found = [titles[cause] for cause in incident.causes if cause in titles]
    done = [e.text for e in incident.entries if e.kind is EntryKind.FIX][-MOST_DONE:]
    lasted = figures(incident).in_all
    known = {
        "what": incident.title,
        "since": clock_time,
        "impact": impact,
        "cause": "; ".join(found[-MOST_DONE:]),
        "done": "; ".join(done),
        "next": next_time,
        "estimate": estimate,
        "took": lasting(now - incident.began if lasted is None else lasted),
        "who": incident.lead,
    }
    return {name: text for name, text in known.items() if text}


def lasting(seconds: float) -> str:
    """``7 min``, ``2 h 5 min``; short enough for any language."""
    minutes = max(1, round(seconds / 60))
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if hours else f"{minutes} min"


def estimate(waiting: int, finished: Iterable[Job]) -> str:
    """How long the waiting jobs will take, as a range; empty when it cannot be told.

    From the middle half of the times that finished jobs took here.
    """
    took = sorted(
        job.ended - job.started
        for job in finished
        if job.state is JobState.SUCCEEDED
        and job.started is not None
        and job.ended is not None
        and job.ended > job.started
    )
    if waiting <= 0 or len(took) < LEAST_RUNS:
        return ""
    low, _middle, high = statistics.quantiles(took, n=4)
    first = max(1, round(waiting * low / 60))
    last = max(first + 1, round(waiting * high / 60))
    return f"{first}–{last} min"
