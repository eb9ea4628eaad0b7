"""Alert rules: one TOML each, checked when they are read."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from comfydoctor.errors import ContentError
from comfydoctor.model.alert import AlertRule
from comfydoctor.model.finding import Severity
from comfydoctor.model.metric import METRICS

_METRICS = {metric.id for metric in METRICS}


class RuleFile(BaseModel):
    """The form of one file; unknown words are mistakes."""

    model_config = ConfigDict(extra="forbid")
    id: str = Field(pattern=r"^[a-z0-9-]+$")
    title: str = Field(min_length=8, max_length=90)
    about: str = Field(min_length=20)
    severity: str = Field(pattern="^(info|warning|error|critical)$")
    metric: str = ""
    finding: str = ""
    share_of: str = ""
    over: float | None = None
    under: float | None = None
    times_normal: float | None = Field(default=None, gt=1)
    missing: bool = False
    seconds: float = Field(default=60.0, ge=0, le=86_400)
    calm: float = Field(default=0.05, ge=0, le=0.5)
    causes: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _one_question(self) -> Self:
        if bool(self.metric) == bool(self.finding):
            raise ValueError("name either a metric or a finding")
        for name in filter(None, (self.metric, self.share_of)):
            if name not in _METRICS:
                raise ValueError(f"{name} is no metric")
        asked = (self.over, self.under, self.times_normal, self.missing or None)
        if len([a for a in asked if a is not None]) != (1 if self.metric else 0):
            raise ValueError("ask one of over, under, times_normal, missing")
        return self


def load_alerts(root: Path) -> tuple[AlertRule, ...]:
    """All rules, worst first. Raises ContentError, which names the file."""
    files = sorted((root / "alerts").glob("*.toml"))
    rules = [load_rule(path) for path in files]
    return tuple(sorted(rules, key=lambda rule: (-rule.severity, rule.id)))


def load_rule(path: Path) -> AlertRule:
    """One rule; its id is the file's name."""
    try:
        found = RuleFile.model_validate(tomllib.loads(path.read_text("utf-8")))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ContentError(f"{path}: {place}: {first['msg']}") from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ContentError(f"{path}: {error}") from error
    if found.id != path.stem:
        raise ContentError(f"{path}: the id is {found.id}")
    return _rule(found.model_dump())


def _rule(values: Mapping[str, Any]) -> AlertRule:
    plain = dict(values)
    plain["severity"] = Severity[plain["severity"].upper()]
    plain["about"] = " ".join(plain["about"].split())
    return AlertRule(**plain)
