"""The rules for Prometheus, and a dashboard for Grafana, by the agent's names."""

import json
from collections.abc import Iterable
from typing import Any

from comfydoctor.agent.exposition import LABEL, name_of
from comfydoctor.model.alert import AlertRule
from comfydoctor.model.metric import METRICS, Metric, Unit

NORMAL = "7d"
"""Time whose median is what is normal, for Prometheus."""
JOB = "comfydoctor"
GRAFANA_UNITS = {
    Unit.PERCENT: "percent",
    Unit.BYTES: "bytes",
    Unit.CELSIUS: "celsius",
    Unit.WATT: "watt",
    Unit.SECONDS: "s",
    Unit.COUNT: "short",
    Unit.BYTES_PER_SECOND: "Bps",
    Unit.MEGAHERTZ: "rotmhz",
}
SILENT = "This computer, or the ComfyDoctor agent on it, does not answer."
WIDTH, HEIGHT, COLUMNS = 12, 8, 2
_METRICS: dict[str, Metric] = {metric.id: metric for metric in METRICS}


def prometheus_rules(rules: Iterable[AlertRule]) -> str:
    """A rule file; what only ComfyDoctor itself can tell stands as a remark.

    Written as JSON inside YAML, of which it is a part, so that no text breaks it.
    """
    lines = ["# Alert rules of ComfyDoctor, for readings of `comfydoctor agent`."]
    entries: list[str] = []
    for rule in rules:
        if rule.finding:
            lines.append(f"# {rule.title}: only ComfyDoctor itself can tell.")
            continue
        entries += _entry(rule)
    lines += ["groups:", "  - name: comfydoctor", "    rules:", *entries]
    return "\n".join(lines) + "\n"


def _entry(rule: AlertRule) -> list[str]:
    summary = SILENT if rule.missing else rule.title
    said = {"summary": summary, "description": SILENT if rule.missing else rule.about}
    camel = "".join(part.title() for part in rule.id.split("-"))
    return [
        f"      - alert: ComfyDoctor{camel}",
        f"        expr: {json.dumps(expression(rule))}",
        f"        for: {rule.seconds:.0f}s",
        f"        labels: {json.dumps({'severity': rule.severity.word})}",
        f"        annotations: {json.dumps(said)}",
    ]


def expression(rule: AlertRule) -> str:
    """PromQL for a rule over a metric."""
    name = name_of(_METRICS[rule.metric])
    if rule.missing:
        # An agent has no server's readings: only its own silence can be seen.
        return f'up{{job="{JOB}"}} == 0'
    value = name
    if rule.share_of:
        value = f"100 * {name} / {name_of(_METRICS[rule.share_of])}"
    if rule.times_normal is not None:
        usual = f"quantile_over_time(0.5, {name}[{NORMAL}])"
        return f"{name} > {rule.times_normal:g} * {usual}"
    if rule.under is not None:
        return f"{value} < {rule.under:g}"
    return f"{value} > {rule.over or 0:g}"


def grafana_dashboard(rules: Iterable[AlertRule]) -> str:
    """A dashboard to import: one panel a metric, alert thresholds as lines."""
    limits = {r.metric: r.over for r in rules if r.over and not r.share_of}
    panels = [
        _panel(place, metric, limits.get(metric.id))
        for place, metric in enumerate(METRICS)
    ]
    board = {
        "uid": "comfydoctor",
        "title": "ComfyUI, as ComfyDoctor reads it",
        "tags": ["comfyui"],
        "schemaVersion": 39,
        "time": {"from": "now-1h", "to": "now"},
        "refresh": "10s",
        "templating": {"list": [_source(), _instance()]},
        "panels": panels,
    }
    return json.dumps(board, indent=2, ensure_ascii=False) + "\n"


def _source() -> dict[str, Any]:
    return {"name": "source", "type": "datasource", "query": "prometheus"}


def _instance() -> dict[str, Any]:
    return {
        "name": "instance",
        "type": "query",
        "datasource": {"type": "prometheus", "uid": "${source}"},
        "query": "label_values(comfydoctor_build_info, instance)",
        "includeAll": True,
        "multi": True,
        "refresh": 2,
    }


def _panel(place: int, metric: Metric, limit: float | None) -> dict[str, Any]:
    steps: list[dict[str, Any]] = [{"color": "transparent", "value": None}]
    if limit is not None:
        steps.append({"color": "orange", "value": limit})
    shown = {
        "unit": GRAFANA_UNITS[metric.unit],
        "min": 0,
        "custom": {
            "fillOpacity": 8,
            "spanNulls": False,
            "thresholdsStyle": {"mode": "line" if limit else "off"},
        },
        "thresholds": {"mode": "absolute", "steps": steps},
    }
    return {
        "id": place + 1,
        "type": "timeseries",
        "title": metric.title,
        "description": metric.about,
        "datasource": {"type": "prometheus", "uid": "${source}"},
        "gridPos": {
            "x": place % COLUMNS * WIDTH,
            "y": place // COLUMNS * HEIGHT,
            "w": WIDTH,
            "h": HEIGHT,
        },
        "fieldConfig": {"defaults": shown, "overrides": []},
        "targets": [
            {
                "refId": "A",
                "expr": f'{name_of(metric)}{{instance=~"$instance"}}',
                "legendFormat": f"{{{{instance}}}} {{{{{LABEL}}}}}",
            }
        ],
    }
