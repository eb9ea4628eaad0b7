"""What a fix should act on, and how: a subject with named options, as one text."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Wish:
    """A fix's target where one name is not enough: ``move this job *to front*``.

    As text it stays the bare subject while there are no options, so that a job id or
    a path remains readable in plans, journal and command line.
    """

    subject: str = ""
    options: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, target: str) -> "Wish":
        """What `write` made; any other text is a subject alone."""
        if not target.startswith("{"):
            return cls(target)
        try:
            body = json.loads(target)
        except (ValueError, RecursionError):
            return cls(target)
        if not isinstance(body, dict):
            return cls(target)
        subject = str(body.pop("subject", ""))
        return cls(subject, {str(k): _text(v) for k, v in body.items()})

    def write(self) -> str:
        """The target's text."""
        if not self.options and not self.subject.startswith("{"):
            return self.subject
        body = {"subject": self.subject, **self.options}
        return json.dumps(body, ensure_ascii=False, sort_keys=True)

    def get(self, name: str, default: str = "") -> str:
        """One option."""
        return self.options.get(name, default)


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
