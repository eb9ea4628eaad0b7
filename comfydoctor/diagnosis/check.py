"""Runs the probes side by side, each within its own time."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

from comfydoctor.diagnosis.probe import Look, Probe
from comfydoctor.diagnosis.probes import PROBES
from comfydoctor.diagnosis.settle import settled
from comfydoctor.errors import ServerError
from comfydoctor.model.probe import Outcome, ProbeResult

OnResult = Callable[[ProbeResult], None]


async def run_probes(
    look: Look,
    probes: Sequence[Probe] = PROBES,
    on_result: OnResult | None = None,
) -> tuple[ProbeResult, ...]:
    """Results of all probes that apply, in their order; ``on_result`` as they come.

    A probe that breaks is CRASHED, one whose question the server does not answer
    is UNKNOWN; the others go on. What the result of another probe explains is taken
    out in the end, and such a result is told once more.
    """
    await look.prepare()
    wanted = [probe for probe in probes if probe.applies(look)]
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_told(probe, look, on_result)) for probe in wanted]
    results = tuple(task.result() for task in tasks)
    told = settled(results, look.matcher.catalogue)
    for before, now in zip(results, told, strict=True):
        if on_result is not None and now is not before:
            on_result(now)
    return told


async def _told(probe: Probe, look: Look, on_result: OnResult | None) -> ProbeResult:
    began = look.steady()
    found = await _outcome(probe, look)
    result = replace(found, ms=(look.steady() - began) * 1000)
    if on_result is not None:
        on_result(result)
    return result


async def _outcome(probe: Probe, look: Look) -> ProbeResult:
    try:
        async with asyncio.timeout(probe.timeout):
            return await probe.run(look)
    except ServerError as error:
        return probe.unknown(str(error))
    except TimeoutError:
        return probe.unknown(f"It could not be told within {probe.timeout:.0f} s.")
    except Exception as error:  # noqa: BLE001 - one broken probe must not hide the rest
        words = f"{type(error).__name__}: {error}"[:500]
        return probe.result(f"The check itself broke. {words}", (), Outcome.CRASHED)
