"""``comfydoctor alerts``: the rules, and the same for other programs."""

import argparse
from pathlib import Path

from comfydoctor.cli.alerts_export import grafana_dashboard, prometheus_rules
from comfydoctor.cli.exits import Exit
from comfydoctor.cli.output import Printer
from comfydoctor.content.alerts import load_alerts
from comfydoctor.content.places import resources_root
from comfydoctor.errors import UsageError

FORMS = {"prometheus": prometheus_rules, "grafana": grafana_dashboard}


def alerts(options: argparse.Namespace, printer: Printer) -> int:
    """Do what was asked for."""
    rules = load_alerts(resources_root())
    if options.what == "list":
        if options.json:
            printer.json({"schema": 1, "rules": rules})
            return Exit.OK
        for rule in rules:
            printer.line(f"{printer.severity(rule.severity)}  {rule.title}")
            printer.line(f"    {rule.id}: {rule.about}")
        return Exit.OK
    text = FORMS[options.format](rules)
    if options.out is None:
        printer.line(text.rstrip("\n"))
        return Exit.OK
    try:
        Path(options.out).write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise UsageError(f"{options.out} cannot be written: {error}.") from error
    return Exit.OK
