"""The secret of each server: in the system's keyring, or in memory and said so."""

import asyncio
import base64
from typing import Protocol

from comfydoctor.comfy.address import parse_address
from comfydoctor.comfy.text import one_line
from comfydoctor.errors import SettingsError
from comfydoctor.model.server import AuthKind, ServerProfile

SERVICE = "comfydoctor"
# ComfyUI answers 403 to a foreign Origin and, since 0.19, to Sec-Fetch-Site; the
# others would undo what comfy.http relies on when it reads.
_NEVER_SENT = ("origin", "sec-fetch-", "accept-encoding", "content-length", "transfer-")


class Keyring(Protocol):
    """The part of ``keyring.backend.KeyringBackend`` that is used."""

    def get_password(self, service: str, username: str) -> str | None: ...
    def set_password(self, service: str, username: str, password: str) -> None: ...
    def delete_password(self, service: str, username: str) -> None: ...


class Secrets:
    """One secret per origin. Never written anywhere but into the system's keyring.

    ``kept`` tells whether the last secret outlives this process: without a keyring
    (a server without a desktop) it stays in memory, which the person must be told.
    """

    def __init__(self, backend: Keyring | None = None) -> None:
        self.kept = False
        self._backend = backend
        self._memory: dict[str, str] = {}

    async def get(self, profile: ServerProfile) -> str:
        """The secret, or an empty text."""
        account = _account(profile)
        if account in self._memory:
            return self._memory[account]
        return await asyncio.to_thread(self._read, account)

    async def put(self, profile: ServerProfile, secret: str) -> bool:
        """Keep ``secret``; returns `kept`."""
        account = _account(profile)
        self._memory[account] = secret
        self.kept = await asyncio.to_thread(self._write, account, secret)
        return self.kept

    async def forget(self, profile: ServerProfile) -> None:
        """Remove the secret from keyring and memory."""
        account = _account(profile)
        self._memory.pop(account, None)
        await asyncio.to_thread(self._erase, account)

    def __repr__(self) -> str:
        return f"Secrets({len(self._memory)} in memory)"

    def _read(self, account: str) -> str:
        try:
            return self._keyring().get_password(SERVICE, account) or ""
        except Exception:  # noqa: BLE001 - backends raise what they like
            return ""

    def _write(self, account: str, secret: str) -> bool:
        """Read back, because the null keyring takes everything and keeps nothing."""
        try:
            keyring = self._keyring()
            keyring.set_password(SERVICE, account, secret)
            return keyring.get_password(SERVICE, account) == secret
        except Exception:  # noqa: BLE001 - backends raise what they like
            return False

    def _erase(self, account: str) -> None:
        try:
            self._keyring().delete_password(SERVICE, account)
        except Exception:  # noqa: BLE001 - absent, locked or no keyring at all
            return

    def _keyring(self) -> Keyring:
        if self._backend is None:
            self._backend = _system_keyring()
        return self._backend


def login_header(profile: ServerProfile, secret: str) -> str:
    """Value of ``Authorization``; empty when the server wants none."""
    if profile.auth is AuthKind.BASIC:
        pair = f"{profile.user}:{secret}".encode()
        return f"Basic {base64.b64encode(pair).decode()}"
    if profile.auth is AuthKind.BEARER and secret:
        if not secret.isascii() or not secret.isprintable():
            raise SettingsError("The token holds characters that no token may have.")
        return f"Bearer {secret}"
    return ""


def headers(profile: ServerProfile, secret: str) -> dict[str, str]:
    """Login and the profile's own headers, for requests to its origin only."""
    own = {name: value for name, value in profile.headers if _may_send(name, value)}
    if login := login_header(profile, secret):
        own["Authorization"] = login
    return own


def _may_send(name: str, value: str) -> bool:
    """Raises SettingsError for what is no header; False for what must not be set."""
    token = name.replace("-", "").replace("_", "")
    is_name = token.isascii() and token.isalnum()
    if not is_name or not value.isascii() or not value.isprintable():
        raise SettingsError(
            f"The header “{one_line(name, 60)}” of this server cannot be sent.",
            advice="Names and values of headers are plain ASCII on one line.",
        )
    return not name.lower().startswith(_NEVER_SENT)


def check_exposure(profile: ServerProfile, secret: str) -> None:
    """Refuse to send a secret readable over a network, unless the person agreed."""
    address = parse_address(profile.url)
    if not secret or profile.auth is AuthKind.NONE or profile.plain_secret_ok:
        return
    if not address.secure and not address.is_loopback:
        raise SettingsError(
            "The password would cross the network unencrypted, so it was not sent.",
            advice="Use https, or agree to it in this server's settings.",
        )


def _account(profile: ServerProfile) -> str:
    user = f"{profile.user}@" if profile.user else ""
    return user + parse_address(profile.url).origin


def _system_keyring() -> Keyring:
    """The system's keyring, but none that writes plain text into a file."""
    import keyring

    backend: Keyring = keyring.get_keyring()
    if type(backend).__module__.startswith("keyrings.alt"):
        raise SettingsError("The only keyring here stores passwords readable.")
    return backend
