"""``comfydoctor audit``: who did what to which server, with what result."""

import argparse
import datetime
from contextlib import closing

from comfydoctor.cli.exits import Exit
from comfydoctor.cli.output import Printer
from comfydoctor.doctor.office import open_store


def audit(options: argparse.Namespace, printer: Printer) -> int:
    """Print the trail, newest first, and whether its chain is whole."""
    with closing(open_store(write=False)) as store:
        bad = store.audit.verify()
        trail = store.audit.records(limit=options.limit)
    if options.json:
        printer.json({"schema": 1, "first_bad": bad, "records": list(trail)})
        return Exit.OK if bad is None else Exit.FOUND
    for record in trail:
        when = datetime.datetime.fromtimestamp(record.time).astimezone()
        printer.line(
            f"{when:%Y-%m-%d %H:%M:%S}  {record.who}  {record.server}  "
            f"{record.action}  {record.result}  {record.detail}"
        )
    if bad is None:
        printer.note("The trail is whole: no record was changed or removed.")
        return Exit.OK
    printer.note(f"The trail is damaged from record {bad} on.")
    return Exit.FOUND
