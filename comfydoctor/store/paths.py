"""Where our own files lie."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

NAME = "comfydoctor"
PORTABLE = "portable.txt"
LINUX = sys.platform.startswith("linux")


class Paths(NamedTuple):
    """The folders of one profile; nothing is created here."""

    config: Path
    data: Path
    state: Path
    cache: Path

    @classmethod
    def under(cls, home: Path) -> "Paths":
        """Everything inside one folder."""
        return cls(home, home / "data", home / "state", home / "cache")

    @classmethod
    def find(
        cls, environ: Mapping[str, str] = os.environ, program: Path | None = None
    ) -> "Paths":
        """The places that this computer or the person has chosen for them.

        ``COMFYDOCTOR_HOME``, else a ``portable.txt`` beside the program, else where
        the operating system has it. The first line of ``portable.txt`` may name the
        folder; when it is empty it is ``profile``.
        """
        if home := environ.get("COMFYDOCTOR_HOME", "").strip():
            return cls.under(Path(home).expanduser().absolute())
        if portable := _portable(program or program_folder()):
            return cls.under(portable)
        return cls(*_of_desktop(environ)) if LINUX else cls(*_of_system())

    @property
    def settings(self) -> Path:
        """The settings, written by people and by us."""
        return self.config / "config.toml"

    @property
    def lock(self) -> Path:
        """Held by the one instance that may write."""
        return self.data / "instance.lock"

    @property
    def records(self) -> Path:
        """Journal, audit trail and finished jobs."""
        return self.data / "records.db"

    @property
    def samples(self) -> Path:
        """Readings over time."""
        return self.data / "samples.db"

    @property
    def fingerprints(self) -> Path:
        """States of servers, to tell what changed."""
        return self.data / "fingerprints.db"

    @property
    def backups(self) -> Path:
        """Good copies of the records."""
        return self.data / "backups"

    @property
    def parked(self) -> Path:
        """Jobs taken out of a queue, one file an action."""
        return self.data / "parked"

    @property
    def launches(self) -> Path:
        """How servers of this computer were started."""
        return self.state / "launches.json"

    @property
    def walks(self) -> Path:
        """Guided diagnoses, one file each."""
        return self.data / "walks"

    @property
    def checklists(self) -> Path:
        """Runs through checklists, one file each."""
        return self.data / "checklists"

    @property
    def incidents(self) -> Path:
        """Incidents with their timelines, one file each."""
        return self.data / "incidents"

    @property
    def versions(self) -> Path:
        """Kept states of workflows."""
        return self.data / "versions"

    @property
    def logs(self) -> Path:
        """What our own program logs."""
        return self.state / "logs"


def program_folder() -> Path:
    """The folder a person sees the program in."""
    if getattr(sys, "frozen", False):
        return Path(sys.executable).parent
    return Path(__file__).parents[2]


def _of_desktop(environ: Mapping[str, str]) -> list[Path]:
    """As platformdirs has it on Linux; importing that costs the first paint 7 ms."""
    places = {
        "XDG_CONFIG_HOME": ".config",
        "XDG_DATA_HOME": ".local/share",
        "XDG_STATE_HOME": ".local/state",
        "XDG_CACHE_HOME": ".cache",
    }
    chosen = {name: environ.get(name, "").strip() for name in places}
    return [Path(chosen[n] or Path.home() / p) / NAME for n, p in places.items()]


def _of_system() -> list[Path]:
    import platformdirs

    return [
        platformdirs.user_config_path(NAME, appauthor=False),
        platformdirs.user_data_path(NAME, appauthor=False),
        platformdirs.user_state_path(NAME, appauthor=False),
        platformdirs.user_cache_path(NAME, appauthor=False),
    ]


def _portable(program: Path) -> Path | None:
    try:
        text = (program / PORTABLE).read_text("utf-8-sig", errors="replace")
    except OSError:
        return None
    named = text.partition("\n")[0].strip().replace("\0", "")
    return (program / (named or "profile")).absolute()
