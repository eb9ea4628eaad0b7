"""Rules for alerts, and what they said."""

from dataclasses import dataclass

from comfydoctor.model.finding import Severity


@dataclass(frozen=True)
class AlertRule:
    """When to speak. Exactly one of metric and finding is named."""

    id: str
    title: str
    about: str
    """For a non-technical person: what it means, then what to do."""
    severity: Severity
    metric: str = ""
    finding: str = ""
    """A cause: speak as long as such a finding is open."""
    share_of: str = ""
    """Metric of which the value is a share, in percent."""
    over: float | None = None
    under: float | None = None
    times_normal: float | None = None
    """Speak from so many times the usual value on."""
    missing: bool = False
    """Speak while there is no reading."""
    seconds: float = 60.0
    """For how long it must hold."""
    calm: float = 0.05
    """Share of the threshold by which the value must come back."""
    causes: tuple[str, ...] = ()
    """Findings that say the same: while one is open, this is not said again."""


@dataclass(frozen=True)
class Alert:
    """One rule that speaks, or spoke, about one subject."""

    rule: AlertRule
    subject: str
    since: float
    """Unix seconds."""
    value: float
    """When it began; NaN where there is none."""
    ended: float | None = None

    @property
    def key(self) -> str:
        """The same as long as it is the same trouble."""
        return f"alert:{self.rule.id}:{self.subject}"
