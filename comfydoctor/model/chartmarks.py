"""What stands behind a curve: what is normal, and where an alert begins."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ChartMarks:
    """In the metric's own unit."""

    band: tuple[float, float] | None = None
    """Between these the metric is as a rule; None while that is not known."""
    levels: tuple[float, ...] = ()
    """An alert speaks beyond these."""
