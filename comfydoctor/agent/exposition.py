"""Readings in Prometheus' text format, by its official client library.

Names follow https://prometheus.io/docs/practices/naming: the unit stands at the end.
"""

import math
from collections.abc import Callable, Iterable, Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from comfydoctor import __version__
from comfydoctor.model.metric import METRICS, Metric, Sample, Unit

SUFFIXES = {
    Unit.PERCENT: "_percent",
    Unit.BYTES: "_bytes",
    Unit.CELSIUS: "_celsius",
    Unit.WATT: "_watts",
    Unit.SECONDS: "_seconds",
    Unit.COUNT: "",
    Unit.BYTES_PER_SECOND: "_bytes_per_second",
    Unit.MEGAHERTZ: "_megahertz",
}
LABEL = "subject"
"""Which card or disk; empty where there is only one."""


def name_of(metric: Metric) -> str:
    """``gpu.load`` -> ``comfydoctor_gpu_load_percent``."""
    suffix = SUFFIXES[metric.unit]
    base = "comfydoctor_" + metric.id.replace(".", "_")
    return base if base.endswith(suffix) else base + suffix


class Readings(Collector):
    """Asks for the newest samples at each scrape; what is not known is left out."""

    def __init__(
        self,
        samples: Callable[[], Iterable[Sample]],
        reasons: Callable[[], Iterable[tuple[str, str]]],
    ) -> None:
        self._samples = samples
        self._reasons = reasons

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """One family a metric, and one that tells which sources can be read."""
        by_metric: dict[str, list[Sample]] = {}
        for sample in self._samples():
            if not math.isnan(sample.value):
                by_metric.setdefault(sample.metric, []).append(sample)
        for metric in METRICS:
            if metric.id in by_metric:
                yield _family(metric, by_metric[metric.id])
        yield self._sources()
        build = GaugeMetricFamily(
            "comfydoctor_build_info", "Version of the agent.", labels=["version"]
        )
        build.add_metric([__version__], 1)
        yield build

    def _sources(self) -> GaugeMetricFamily:
        family = GaugeMetricFamily(
            "comfydoctor_source_readable",
            "1 when the source could be read at its last turn, 0 when not.",
            labels=["source"],
        )
        for source, reason in self._reasons():
            family.add_metric([source], 0 if reason else 1)
        return family


def _family(metric: Metric, samples: Iterable[Sample]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(
        name_of(metric), f"{metric.title}. {metric.about}", labels=[LABEL]
    )
    for sample in samples:
        family.add_metric([sample.subject], sample.value)
    return family


def exposition(readings: Readings) -> bytes:
    """What ``GET /metrics`` answers."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(readings)
    return generate_latest(registry)
