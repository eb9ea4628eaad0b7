"""What a content file may say; pydantic models that refuse everything else."""

import re
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

Id = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
SeverityWord = Literal["info", "warning", "error", "critical"]
ConfidenceWord = Literal["possible", "likely", "certain"]
FactName = Literal[
    "os", "device", "gpu", "torch", "python", "version", "argv", "vram_state", "install"
]
_FIGURE = re.compile(
    r"^(asked|total|free|allocated|reserved|others|fill|rest|ram|vram|step|job|slowdown|loss)"
    r" *(<=|>=|<|>) *"
    r"(?:\d+(\.\d+)?|(\d+(\.\d+)? *\* *)?(asked|total|free|allocated|reserved))$"
)


class Strict(BaseModel):
    """Base of all content: frozen, and unknown keys are mistakes."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=False)


class Rule(Strict):
    """One way in which a cause shows itself. Everything given must hold."""

    line: str = ""
    """Regular expression searched in one cleaned line. Without one the rule rests on
    figures alone, and points to what they are about: loads, or the slowest step."""
    also: tuple[str, ...] = ()
    """Each must be found in some line nearby."""
    absent: tuple[str, ...] = ()
    """None may be found in a line nearby."""
    near: int = Field(40, ge=0, le=100_000)
    """How many lines away ``also`` and ``absent`` look, never beyond the job that the
    line belongs to; 0 is the whole life of the server."""
    exception: str = ""
    """Searched in the exception type of the error around the line."""
    node: str = ""
    """Searched in the type of the node that failed."""
    node_if_known: str = ""
    """The same, but fulfilled where nothing tells which node failed."""
    owner: str = ""
    """Searched in the name of the guilty node pack, or ``core``."""
    frame: str = ""
    """Searched in the frames (file and function) of the error around the line."""
    before: tuple[str, ...] = ()
    """Each must be found in one of the eight lines before; needs no literal."""
    around: tuple[str, ...] = ()
    """Each must be found within ``near`` lines; needs no literal."""
    ratio: float = 0.0
    """The captured numbers ``a`` and ``b`` are so many times apart, either way."""
    choice: Literal["", "same", "similar"] = ""
    """The offered list holds the captured ``file`` in another folder, or alike."""
    facts: dict[FactName, str] = Field(default_factory=dict)
    """Each is searched in that fact of the run; an unknown fact does not match."""
    figures: tuple[str, ...] = ()
    """Comparisons: ``free > 4*asked``, ``step > 100``. Memory in GiB; ``step`` and
    ``job`` are the slowest sampling step and the longest job in seconds, ``slowdown``
    is how many times longer later steps take than those of the first job, ``loss`` how
    much less room models find on the emptied card each time."""
    last: int = Field(0, ge=0, le=50)
    """The line is among the last so many of the whole text."""
    count: int = Field(1, ge=1, le=10_000)
    """So many lines must match."""
    unless_alarm: bool = False
    """Only when no other cause was found: for weak, silent signs."""
    confidence: ConfidenceWord = "likely"

    @field_validator("line", "exception", "node", "node_if_known", "owner", "frame")
    @classmethod
    def _is_regex(cls, pattern: str) -> str:
        return _checked(pattern)

    @field_validator("also", "absent", "before", "around")
    @classmethod
    def _are_regexes(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(_checked(pattern) for pattern in patterns)

    @field_validator("figures")
    @classmethod
    def _are_figures(cls, figures: tuple[str, ...]) -> tuple[str, ...]:
        for text in figures:
            if not _FIGURE.match(text):
                raise ValueError(f"not a comparison of figures: {text!r}")
        return figures


class Remedy(Strict):
    """What can be done. The recipes become exact commands per installation."""

    title: str = Field(max_length=120)
    kind: Literal["one-click", "guided", "manual"] = "guided"
    fix: str = ""
    """Id of a one-click fix."""
    detail: str = ""
    pip: str = ""
    """Arguments of pip, run with ComfyUI's own Python."""
    flag: str = ""
    """Start flag to add."""
    drop: str = ""
    """Start flags to remove."""
    env: str = ""
    """Environment variable to set before the start, ``NAME=value``."""
    update: str = ""
    """What to bring to its newest version: ``ComfyUI``."""
    place: str = ""
    """Folder below models/ that a file belongs into."""


class Example(Strict):
    """Text that a program printed, word for word."""

    log: str
    source: str
    """Address of the public thread, or ``repro:`` and the version it came from,
    or ``source:`` and the file that prints it."""


class Cause(Strict):
    """One root cause: how it shows itself, in which words, with which remedies."""

    id: Id
    family: Id
    title: str = Field(max_length=90)
    severity: SeverityWord = "error"
    rank: int | None = Field(None, ge=1, le=10)
    """Root before consequence, 1 first; the family's when not given."""
    explanation: str
    """For anybody: what it is, then what to do."""
    says: str = ""
    """One sentence with ``{placeholders}``, used when all of them are known."""
    technical: str = ""
    subject: str = ""
    """Which captured value tells two findings of this cause apart."""
    decides: tuple[Id, ...] = ()
    """Probes that tell it from its look-alikes."""
    supersedes: tuple[Id, ...] = ()
    """Causes that are its consequences or weaker readings of the same lines."""
    gives_way: bool = False
    """It says little: any other finding about the same pack replaces it."""
    links: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    """None for causes that only a probe or a failed job can tell."""
    fixes: tuple[Remedy, ...] = ()
    examples: tuple[Example, ...] = ()
    counter_examples: tuple[Example, ...] = ()


class Family(Strict):
    """A group of causes and its place in the order of roots."""

    title: str
    rank: int = Field(ge=1, le=10)


class Harmless(Strict):
    """A line, or the error around it, that looks bad and is not."""

    title: str
    line: str
    block: bool = False
    """The whole error around the line is harmless."""
    about: str = ""

    @field_validator("line")
    @classmethod
    def _is_regex(cls, pattern: str) -> str:
        return _checked(pattern)


class Common(Strict):
    """What all causes share: families, recipes, package names, harmless lines."""

    families: dict[Id, Family]
    recipes: dict[
        Literal["pip", "flag", "drop", "env", "update", "place"], dict[Id, str]
    ]
    installations: dict[Id, str]
    """Kind of installation and its name for people."""
    packages: dict[str, str]
    """Module name and the pip package that has it, where they differ."""
    harmless: tuple[Harmless, ...]


class Library(Strict):
    """Everything under resources/ that the diagnosis needs."""

    common: Common
    causes: tuple[Cause, ...]
    literals: dict[str, tuple[str, ...]]
    """Each pattern that is searched for, and texts of which a match holds one."""


def _checked(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}: {pattern!r}") from error
    return pattern
