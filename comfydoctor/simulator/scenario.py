"""Scenarios: what they may say, and where they are found."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from comfydoctor.errors import ContentError

T = TypeVar("T", bound=BaseModel)


class Strict(BaseModel):
    """Unknown keys are mistakes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class CardTable(Strict):
    """The graphics card; an empty name is a server started with ``--cpu``."""

    name: str = "NVIDIA GeForce RTX 4090"
    memory_mb: int = 24564
    power_limit_w: float = 450.0
    idle_w: float = 22.0
    speed: float = Field(1.0, gt=0)


class PackNode(Strict):
    """A node class of a pack: takes a picture, takes time, may do harm."""

    name: str
    title: str = ""
    seconds: float = Field(1.0, ge=0)
    load: float = Field(0.6, ge=0, le=1)
    stubborn: bool = False
    """One long call that no interrupt reaches."""
    does: Literal["", "exit", "segfault", "keep", "leak"] = ""
    mb: float = Field(0.0, ge=0)
    """Video memory kept or leaked at each run."""
    most_mb: float = 1e9
    """Where leaking stops."""


class Pack(Strict):
    """A folder in custom_nodes."""

    folder: str
    seconds: float = 0.1
    """Import time in the start-up log."""
    failure: str = ""
    """Last line of the import's traceback; empty when it loads."""
    code: str = ""
    """The source line that failed."""
    video: bool = False
    node: tuple[PackNode, ...] = ()


class Model(Strict):
    """A model file."""

    folder: str
    name: str
    mb: float
    family: str = ""
    state: Literal["ok", "truncated", "html", "empty", "lfs", "not-a-model"] = "ok"
    metadata: dict[str, str] = {}


class Stream(Strict):
    """Jobs that arrive steadily."""

    workflows: tuple[str, ...] = ()
    every: float = Field(6.0, gt=0)
    """Seconds between two."""
    most_waiting: int = 3
    """Nobody adds more while that many are left."""
    clients: int = Field(1, ge=1)
    nobody: bool = False
    """Posted without a client id, as scripts do: everybody hears the progress."""


class Past(Strict):
    """What ran before the person came."""

    workflows: tuple[str, ...] = ()
    jobs: int = 0
    minutes: float = 30.0


class Trouble(Strict):
    """Something that happens at a time, and again."""

    at: float = 0.0
    """Seconds after the start."""
    every: float = 0.0
    """Seconds until it happens again; 0: once."""
    does: Literal[
        "post", "twins", "strain", "crash", "interrupt", "clear", "mood", "page-cache"
    ]
    workflow: str = ""
    front: bool = False
    count: int = 1
    down: float = 6.0
    """Seconds until a crashed server is back."""
    heat: float = 0.0
    swapping: bool = False
    power_share: float = 1.0
    others_mb: float | None = None
    nan_vae: bool = False
    forgets_models: bool = False
    partner: Literal["", "401", "402", "429", "500"] = ""


class Hostile(Strict):
    """How a hostile server answers a path: the name of an attack."""

    path: str
    attack: Literal[
        "big", "endless", "drip", "bomb", "nesting", "amplify", "encoding", "nan",
        "redirect", "login", "headers", "silent", "html-names",
    ]  # fmt: skip
    from_second: float = 0.0


class Scenario(Strict):
    """One file of resources/scenarios."""

    id: str
    title: str
    summary: str
    profile: str = "0.33.0"
    manager: Literal["", "V3.41", "V4.0.4", "V4.2.2"] = "V4.2.2"
    restart_seconds: float = 6.0
    """How long the port refuses after a reboot."""
    ram_gb: float = 64.0
    disk_mb_s: float = 1500.0
    others_mb: float = 900.0
    argv: tuple[str, ...] = ("main.py", "--listen", "127.0.0.1", "--port", "{port}")
    card: CardTable = Field(default_factory=lambda: CardTable(speed=1.0))
    stream: tuple[Stream, ...] = ()
    past: Past = Past()
    pack: tuple[Pack, ...] = ()
    partner: tuple[PackNode, ...] = ()
    """Core nodes that ask a paid service."""
    without_models: tuple[str, ...] = ()
    """Names of the shared stock that are not there."""
    stock: bool = True
    """Whether the shared stock of models is there."""
    model: tuple[Model, ...] = ()
    trouble: tuple[Trouble, ...] = ()
    hostile: tuple[Hostile, ...] = ()
    flood: int = 0
    """WebSocket messages a second of a hostile server."""


class Workflow(Strict):
    """One file of resources/scenarios/shared/workflows: a graph in API form."""

    id: str
    title: str
    nodes: dict[str, dict[str, Any]]
    seed: tuple[str, str] | None = None
    """Node and input that get a new number each time."""


@dataclass(frozen=True)
class ScenarioInfo:
    """What a person chooses by."""

    id: str
    title: str
    summary: str


def folder() -> Path:
    """resources/scenarios: beside the package in the source tree, or in it."""
    package = Path(__file__).resolve().parents[1]
    for place in (package / "resources", package.parent / "resources"):
        if (place / "scenarios").is_dir():
            return place / "scenarios"
    raise ContentError(f"resources/scenarios not found beside {package}")


@cache
def scenarios() -> tuple[ScenarioInfo, ...]:
    """All scenarios, the healthy one first."""
    found = [load_scenario(path.stem) for path in folder().glob("*.toml")]
    found.sort(key=lambda each: (each.id != "healthy-studio", each.title))
    return tuple(ScenarioInfo(each.id, each.title, each.summary) for each in found)


def load_scenario(name: str) -> Scenario:
    """Read one; an unknown name or a mistake in the file is a ContentError."""
    scenario = _checked(Scenario, folder() / f"{name}.toml")
    if scenario.id != name:
        raise ContentError(f"{name}.toml: id is {scenario.id!r}")
    return scenario


def load_workflow(name: str) -> Workflow:
    """Read one of the graphs that scenarios share."""
    return _checked(Workflow, folder() / "shared" / "workflows" / f"{name}.toml")


def load_stock() -> tuple[Model, ...]:
    """The model files that every scenario has unless it says otherwise."""
    table = _read(folder() / "shared" / "models.toml")
    return tuple(Model.model_validate(each) for each in table["model"])


def _checked(kind: type[T], path: Path) -> T:
    try:
        return kind.model_validate(_read(path))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ContentError(f"{path.name}: {place}: {first['msg']}") from None


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ContentError(f"no scenario file {path.name}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ContentError(f"{path.name}: {error}") from None
