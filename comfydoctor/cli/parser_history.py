"""The words of ``comfydoctor history`` and ``comfydoctor alerts``."""

import argparse
from typing import Any

_HISTORY = """\
Readings are kept by themselves while a server is watched: each for a week, then the
lowest, mean, highest and last of 10 s, 1 min and 10 min for up to 400 days.
"""


def add_history(verbs: "argparse._SubParsersAction[Any]") -> None:
    """Add the verb."""
    history = verbs.add_parser(
        "history",
        help="export, import and size of what was recorded",
        description=_HISTORY,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    what = history.add_subparsers(dest="what", required=True)
    export = what.add_parser("export", help="write readings as CSV or JSON lines")
    export.add_argument("--server", default="", help="address; by default the only one")
    export.add_argument("--metric", action="append", default=[], metavar="ID")
    export.add_argument("--since", default="7d", metavar="TIME", help="2h, 3d, a date")
    export.add_argument("--format", choices=("csv", "jsonl"), default="csv")
    export.add_argument("--out", metavar="FILE", help="by default standard output")
    taken = what.add_parser("import", help="take JSON lines of another machine")
    taken.add_argument("file", metavar="FILE")
    taken.add_argument("--server", required=True, help="whose readings these are")
    size = what.add_parser("size", help="what the recording takes on disk")
    size.add_argument("--json", action="store_true", help="one JSON document")


_ALERTS = """\
Rules that ComfyDoctor speaks up by while it watches a server, and the same rules and
charts for Prometheus and Grafana, over the readings of `comfydoctor agent`.
"""


def add_alerts(verbs: "argparse._SubParsersAction[Any]") -> None:
    """Add the verb."""
    alerts = verbs.add_parser(
        "alerts",
        help="rules for alerts, also for Prometheus and Grafana",
        description=_ALERTS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    what = alerts.add_subparsers(dest="what", required=True)
    listed = what.add_parser("list", help="all rules")
    listed.add_argument("--json", action="store_true", help="one JSON document")
    export = what.add_parser("export", help="write them for other programs")
    export.add_argument(
        "--format", choices=("prometheus", "grafana"), default="prometheus"
    )
    export.add_argument("--out", metavar="FILE", help="by default standard output")
