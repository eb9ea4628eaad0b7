"""The look after an action, which alone tells how it ended."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from comfydoctor.errors import DoctorError, ServerError, StoreError, TimedOut
from comfydoctor.fixes.base import Care, Verdict, not_done, unknown
from comfydoctor.model.fix import FixOutcome

LOOKS = (0.0, 1.0, 2.0, 3.0, 4.0)
"""Seconds before each try of a second look, while the server does not answer."""


async def troubled(work: Awaitable[None]) -> DoctorError | None:
    """What went wrong, if anything; a fix that says it cannot is let through."""
    try:
        await work
    except (ServerError, StoreError) as error:
        return error
    return None


async def second_look(
    care: Care, look: Callable[[], Awaitable[Verdict]], trouble: DoctorError | None
) -> Verdict:
    """The verdict of a look; unknown when there can be none."""
    said = ""
    for pause in LOOKS:
        await care.sleep(pause)
        try:
            return _weighed(await look(), trouble)
        except (ServerError, StoreError) as error:
            said = str(error)
    return unknown("Whether it was done could not be seen.", said)


def _weighed(verdict: Verdict, trouble: DoctorError | None) -> Verdict:
    """A verdict in the light of what went wrong on the way.

    After a time-out the server may still act on what it has, so that "not done" is
    not certain then.
    """
    if trouble is None or verdict.outcome is FixOutcome.UNKNOWN:
        return verdict
    if verdict.outcome is FixOutcome.DONE:
        detail = f"The answer was lost ({trouble}), but the look afterwards is clear."
        return replace(verdict, detail=f"{verdict.detail}\n{detail}".strip())
    if isinstance(trouble, TimedOut):
        return unknown(f"{verdict.said} The server may still do it: {trouble}")
    return not_done(
        verdict.said, f"{trouble}\n{verdict.detail}".strip(), undo=verdict.undo
    )
