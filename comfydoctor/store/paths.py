"""Where our own files lie."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

NAME = "comfydoctor"
PORTABLE = "portable.txt"


@dataclass(frozen=True)
class Paths:
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
        return cls(
            platformdirs.user_config_path(NAME, appauthor=False),
            platformdirs.user_data_path(NAME, appauthor=False),
            platformdirs.user_state_path(NAME, appauthor=False),
            platformdirs.user_cache_path(NAME, appauthor=False),
        )

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
    def backups(self) -> Path:
        """Good copies of the records."""
        return self.data / "backups"

    @property
    def parked(self) -> Path:
        """Jobs taken out of a queue, one file an action."""
        return self.data / "parked"

    @property
    def logs(self) -> Path:
        """What our own program logs."""
        return self.state / "logs"


def program_folder() -> Path:
    """The folder a person sees the program in."""
    if getattr(sys, "frozen", False):
        return Path(sys.executable).parent
    return Path(__file__).parents[2]


def _portable(program: Path) -> Path | None:
    try:
        text = (program / PORTABLE).read_text("utf-8-sig", errors="replace")
    except OSError:
        return None
    named = text.partition("\n")[0].strip().replace("\0", "")
    return (program / (named or "profile")).absolute()
