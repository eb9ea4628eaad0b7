"""Settings and server profiles in ``config.toml``; no secret ever gets into it."""

import time
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit, urlunsplit

import tomlkit
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from tomlkit.exceptions import TOMLKitError

from comfydoctor.model.server import ServerProfile
from comfydoctor.store.atomic import write_text
from comfydoctor.store.redact import is_secret_name, redact_text

MAX_BYTES = 1 << 20
_TRIES = 200


class Window(BaseModel):
    """Where the window was, in pixels of the screen it was on."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    x: Annotated[int, Field(ge=-100_000, le=100_000)] = 0
    y: Annotated[int, Field(ge=-100_000, le=100_000)] = 0
    width: Annotated[int, Field(ge=0, le=100_000)] = 0
    """0: never shown yet."""
    height: Annotated[int, Field(ge=0, le=100_000)] = 0
    maximized: bool = False
    page: Annotated[str, Field(max_length=200)] = ""
    """The page that was open last."""


class Settings(BaseModel):
    """What the person chose; every field has a default that works."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    servers: Annotated[tuple[ServerProfile, ...], Field(max_length=500)] = ()
    last_server: Annotated[str, Field(max_length=2000)] = ""
    """Key of the profile that was open last."""
    theme: Literal["system", "light", "dark"] = "system"
    scale: Annotated[float, Field(ge=0.5, le=4.0)] = 1.0
    reduce_motion: bool = False
    expert: bool = False
    """Show technical lines without asking."""
    restart_commands: Annotated[
        dict[str, Annotated[tuple[str, ...], Field(min_length=1, max_length=100)]],
        Field(max_length=500),
    ] = {}
    """How a server is restarted, by its key, as an argument list: no shell."""
    window: Window = Window()

    def restart_command(self, profile: ServerProfile) -> tuple[str, ...]:
        """The argument list that restarts a server, empty when none was set."""
        return self.restart_commands.get(profile.key, ())


@dataclass(frozen=True)
class Loaded:
    """Settings as far as the file could be understood."""

    settings: Settings
    ignored: tuple[str, ...] = ()
    """Fields that were wrong and have their default now, in words."""
    set_aside: Path | None = None
    """Where the file was copied to because something in it was wrong."""


class SettingsFile:
    """Reads what can be read, writes only what changes, keeps comments."""

    def __init__(self, path: Path, *, clock: Callable[[], float] = time.time) -> None:
        self.path = path
        self._clock = clock

    def load(self) -> Loaded:
        """Never fails: what is missing or wrong has its default."""
        try:
            text = self._text()
            values: dict[str, Any] = tomlkit.parse(text).unwrap() if text else {}
        except FileNotFoundError:
            return Loaded(Settings())
        except (OSError, ValueError, TOMLKitError, RecursionError) as error:
            said = f"{self.path.name} could not be read: {error}"
            return Loaded(Settings(), (said[:300],), self._set_aside())
        settings, ignored = understand(values)
        aside = self._set_aside() if ignored else None
        return Loaded(settings, ignored, aside)

    def save(self, settings: Settings) -> tuple[str, ...]:
        """Write the fields that differ from the file; raises StoreError.

        Returns what was left out because it is a secret, in words: it has to be
        entered again at the next start.
        """
        document = self._document()
        known = understand(document.unwrap())[0]
        withheld: list[str] = []
        for name in Settings.model_fields:
            value = getattr(settings, name)
            if value == getattr(known, name) and name in document:
                continue
            if value == Settings.model_fields[name].default and name not in document:
                continue
            if name == "servers":
                value = tuple(_without_secrets(p, withheld) for p in value)
            _put(document, name, _plain(value))
        text = tomlkit.dumps(document)
        if text != self._current():
            write_text(self.path, text)
        return tuple(withheld)

    def _text(self) -> str:
        if self.path.stat().st_size > MAX_BYTES:
            raise ValueError("it is larger than a settings file can be")
        return self.path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")

    def _current(self) -> str:
        try:
            return self._text()
        except (OSError, ValueError):
            return ""

    def _document(self) -> tomlkit.TOMLDocument:
        """What is there, with its comments; a file beyond understanding is replaced."""
        try:
            return tomlkit.parse(self._text())
        except (OSError, ValueError, TOMLKitError, RecursionError):
            return tomlkit.document()

    def _set_aside(self) -> Path | None:
        """Copy the file, once for each content, before it may be overwritten."""
        stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime(self._clock()))
        aside = self.path.with_name(f"{self.path.name}.bad-{stamp}")
        try:
            content = self.path.read_bytes()[:MAX_BYTES]
            for earlier in sorted(self.path.parent.glob(f"{self.path.name}.bad-*")):
                if earlier.read_bytes() == content:
                    return earlier
            aside.write_bytes(content)
        except OSError:
            return None
        return aside


def understand(values: dict[str, Any]) -> tuple[Settings, tuple[str, ...]]:
    """Settings from parsed TOML: what is wrong is left out, and told."""
    left = dict(values)
    ignored: list[str] = []
    for _ in range(_TRIES):
        try:
            return Settings.model_validate(left), tuple(ignored)
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            ignored.append(_drop(left, first["loc"], first["msg"]))
    return Settings(), (*ignored, "Too much is wrong: all settings are the defaults.")


def _drop(values: dict[str, Any], place: tuple[int | str, ...], said: str) -> str:
    """Take the smallest whole thing at ``place`` out: a field, a server."""
    name = str(place[0])
    held = values.get(name)
    words = f"{'.'.join(str(step) for step in place)}: {said}"
    if len(place) > 1 and isinstance(held, list) and isinstance(place[1], int):
        values[name] = [v for i, v in enumerate(held) if i != place[1]]
    elif len(place) > 1 and isinstance(held, dict) and place[1] in held:
        values[name] = {k: v for k, v in held.items() if k != place[1]}
    else:
        values.pop(name, None)
    return words


def _put(document: tomlkit.TOMLDocument, name: str, value: object) -> None:
    """Set one field; inside a table only what differs, so its comments stay."""
    table = document.get(name)
    if isinstance(value, dict) and isinstance(table, dict):
        for key, inner in value.items():
            if table.get(key) != inner:
                table[key] = inner
    elif name == "servers":
        document.pop(name, None)
        servers = tomlkit.aot()
        for server in value if isinstance(value, list) else []:
            servers.append(tomlkit.item(server))
        document[name] = servers
    elif name in document or not isinstance(value, dict):
        # A plain value after a table would become part of the table.
        _set_plain(document, name, value)
    else:
        document[name] = value


def _set_plain(document: tomlkit.TOMLDocument, name: str, value: object) -> None:
    if name in document:
        document[name] = value
        return
    tables = {
        key: held
        for key, held in document.items()
        if isinstance(held, dict | tomlkit.items.AoT)
    }
    for key in tables:
        document.pop(key)
    document[name] = value
    for key, held in tables.items():
        document[key] = held


def _plain(value: object) -> object:
    """As TOML knows it: no None, enums by value, defaults of a profile left out."""
    if isinstance(value, BaseModel):
        return value.model_dump()
    if isinstance(value, dict):
        return {name: list(words) for name, words in value.items()}
    if isinstance(value, tuple):
        return [_profile(server) for server in value]
    return value


def _profile(profile: ServerProfile) -> dict[str, object]:
    written: dict[str, object] = {}
    for known in fields(profile):
        value = getattr(profile, known.name)
        if value != known.default:
            written[known.name] = value
    if profile.headers:
        written["headers"] = [list(pair) for pair in profile.headers]
    if "auth" in written:
        written["auth"] = profile.auth.value
    return written


def _without_secrets(profile: ServerProfile, withheld: list[str]) -> ServerProfile:
    headers = []
    for name, value in profile.headers:
        if is_secret_name(name) or redact_text(value) != value:
            withheld.append(f"{profile.name}: the header {name}")
        else:
            headers.append((name, value))
    url, proxy = _without_login(profile.url), _without_login(profile.proxy)
    if url != profile.url:
        withheld.append(f"{profile.name}: the login in its address")
    if proxy != profile.proxy:
        withheld.append(f"{profile.name}: the login of its proxy")
    return replace(profile, headers=tuple(headers), url=url, proxy=proxy)


def _without_login(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    if "@" not in parts.netloc:
        return url
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
