"""``comfydoctor changes``: what is not as it was, or not as elsewhere."""

import argparse
import asyncio
import re
import time
from datetime import datetime
from typing import Any

from comfydoctor.cli.address import choose_server
from comfydoctor.cli.exits import Exit
from comfydoctor.cli.output import Printer
from comfydoctor.doctor.comparing import Answer, Since, changes_of, difference_of
from comfydoctor.doctor.office import open_office
from comfydoctor.errors import UsageError
from comfydoctor.model.fingerprint import PARTS, Comparison, Difference, Moment

SHOWN = 40
_UNITS = {"m": 60.0, "h": 3600.0, "d": 86400.0, "w": 7 * 86400.0}
_AGO = re.compile(r"(\d{1,6})([mhdw])")


def changes(options: argparse.Namespace, printer: Printer) -> int:
    """Print what changed; exit 0 when nothing did, 1 otherwise."""
    answer, url, against = asyncio.run(_compare(options))
    if options.json:
        printer.json(as_json(answer, url, against))
    else:
        print_answer(answer, url, against, printer, everything=options.all)
    return Exit.FOUND if answer.comparison.differences else Exit.OK


async def _compare(options: argparse.Namespace) -> tuple[Answer, str, str]:
    since = Since(when(options.since, time.time()), options.workflow)
    async with open_office() as office:
        profile = await choose_server(options, office)
        if not options.against:
            return await changes_of(office, profile, since), profile.url, ""
        other = await office.profile_for(options.against)
        found = await difference_of(office, profile, other)
        return Answer(found), profile.url, other.url


def when(said: str, now: float) -> float | None:
    """A moment in Unix seconds; None for the last good one.

    Times without a zone are those of this computer. Raises UsageError.
    """
    if said == "last-good":
        return None
    if ago := _AGO.fullmatch(said):
        return now - int(ago[1]) * _UNITS[ago[2]]
    try:
        return datetime.fromisoformat(said).astimezone().timestamp()
    except (ValueError, OverflowError):
        raise UsageError(
            f"{said} is no time.",
            advice="last-good, 2h, 3d, 2026-11-20 and 2026-11-20T18:30 are.",
        ) from None


def as_json(answer: Answer, url: str, against: str) -> dict[str, Any]:
    """The documented shape, version 1."""
    comparison = answer.comparison
    return {
        "schema": 1,
        "server": url,
        "against": against or None,
        "since": None if against else _moment_json(comparison.before),
        "by_files": answer.by_files,
        "differences": [difference_json(x) for x in comparison.differences],
        "unread": list(comparison.unread),
    }


def _moment_json(moment: Moment | None) -> dict[str, Any] | None:
    if moment is None:
        return None
    return {
        "time": moment.time,
        "event": moment.event,
        "workflow": moment.workflow or None,
    }


def difference_json(difference: Difference) -> dict[str, Any]:
    """One difference; null where the thing is not there."""
    return {
        "part": difference.part,
        "subject": difference.subject,
        "before": difference.before or None,
        "after": difference.after or None,
        "suspicion": difference.suspicion,
        "says": difference.says,
    }


def print_answer(
    answer: Answer, url: str, against: str, printer: Printer, *, everything: bool
) -> None:
    """The same for a person."""
    printer.line(headline(answer, url, against))
    if answer.by_files:
        printer.line("  It does not answer; this is what its files tell.")
    found = answer.comparison.differences
    shown = found if everything else found[:SHOWN]
    words = dict(PARTS)
    for difference in shown:
        printer.line(f"{mark(difference)} {difference.says}")
        if difference.part in {"models", "settings"}:
            printer.line(f"    {words[difference.part]}")
    if len(shown) < len(found):
        printer.line(f"… and {len(found) - len(shown)} milder ones; --all lists them.")
    for sentence in answer.comparison.unread:
        printer.line(f"– {sentence}")


def mark(difference: Difference) -> str:
    """How suspicious, by a sign."""
    if difference.suspicion >= 75:
        return "■"
    return "▲" if difference.suspicion >= 40 else "·"


def headline(answer: Answer, url: str, against: str) -> str:
    """What is compared, in one line."""
    comparison: Comparison = answer.comparison
    count = len(comparison.differences)
    said = "nothing differs" if not count else f"{count} differences"
    said = "1 difference" if count == 1 else said
    if against:
        return f"{url} against {against}: {said}"
    if answer.first_time or comparison.before is None:
        return (
            f"{url}: nothing older is kept of this server. Its state of now was "
            "kept, so that the next question has an answer."
        )
    moment = comparison.before
    at = datetime.fromtimestamp(moment.time).astimezone()
    what = {"success": "the last success", "asked": "the last question"}
    event = what.get(moment.event.value, "the last meeting")
    of = f" of {moment.workflow}" if moment.workflow else ""
    return f"{url} since {event}{of} ({at:%d %b %Y %H:%M}): {said}"
