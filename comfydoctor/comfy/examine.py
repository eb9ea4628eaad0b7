"""Tries an address step by step and says in plain words how far it came."""

import asyncio
import ssl
from collections.abc import Awaitable
from dataclasses import dataclass, replace

from comfydoctor.comfy import tls, trouble
from comfydoctor.comfy.address import Address, parse_address
from comfydoctor.comfy.client import Client
from comfydoctor.comfy.http import Http
from comfydoctor.comfy.limits import Limits
from comfydoctor.comfy.pin import fingerprint
from comfydoctor.comfy.text import one_line
from comfydoctor.errors import (
    DoctorError,
    Garbled,
    NotComfy,
    Redirected,
    Rejected,
    TimedOut,
    Unreachable,
    Unsupported,
    Untrusted,
)
from comfydoctor.model.server import ServerInfo, ServerProfile

_GREETING = 0.5
"""Seconds to wait for a program that speaks first."""
_NO_PIN = {9, 10}
"""OpenSSL's codes for "not yet valid" and "expired": pinning would not help."""


@dataclass(frozen=True)
class Step:
    """One step in words; ``advice`` says what to do when it failed."""

    text: str
    ok: bool
    advice: str = ""


@dataclass(frozen=True)
class Examination:
    """How far we came. With ``info`` a ComfyUI answered."""

    steps: tuple[Step, ...]
    info: ServerInfo | None = None
    error: DoctorError | None = None
    suggestion: str = ""
    """Another address that works or is likely to; only the person may take it."""
    fingerprint: str = ""
    """SHA-256 of a certificate that may be pinned after comparing it."""


async def examine(
    profile: ServerProfile,
    *,
    secret: str = "",
    limits: Limits = Limits(),  # noqa: B008 - frozen
) -> Examination:
    """Never raises an error of our tree; it is in the result."""
    examiner = _Examiner(profile, secret, limits)
    info: ServerInfo | None = None
    error: DoctorError | None = None
    try:
        info = await examiner.run()
    except DoctorError as failed:
        error = failed
        examiner.steps.append(Step(str(failed), ok=False, advice=failed.advice))
    return Examination(
        tuple(examiner.steps), info, error, examiner.suggestion, examiner.fingerprint
    )


class _Examiner:
    def __init__(self, profile: ServerProfile, secret: str, limits: Limits) -> None:
        self.steps: list[Step] = []
        self.suggestion = ""
        self.fingerprint = ""
        self._profile = profile
        self._secret = secret
        self._limits = limits

    async def run(self) -> ServerInfo:
        address = parse_address(self._profile.url)
        self._done(f"The address is {address.url}.")
        if self._profile.proxy:
            self._done("The connection goes through the proxy of this server.")
        else:
            await self._reach(address)
        info = await self._greet(address)
        kind = "our simulator" if info.simulated else "ComfyUI"
        self._done(f"It is {kind}, version {info.version or 'not told'}.")
        return info

    async def _reach(self, address: Address) -> None:
        await self._within(address, self._resolve(address))
        self._done(f"The computer “{one_line(address.host, 80)}” is known.")
        await self._within(address, self._knock(address))
        self._done(f"Something listens at port {address.port}.")
        if address.secure:
            await self._check_certificate(address)
            self._done("The connection is encrypted and the certificate trusted.")

    async def _resolve(self, address: Address) -> None:
        loop = asyncio.get_running_loop()
        await loop.getaddrinfo(address.host, address.port)

    async def _knock(
        self, address: Address, trust: ssl.SSLContext | None = None
    ) -> None:
        name = address.host if trust else None
        _, writer = await asyncio.open_connection(
            address.host, address.port, ssl=trust, server_hostname=name
        )
        writer.transport.abort()

    async def _within(self, address: Address, work: Awaitable[None]) -> None:
        seconds = self._limits.connect
        try:
            async with asyncio.timeout(seconds):
                await work
        except TimeoutError:
            raise trouble.too_slow(address.url, seconds) from None
        except (OSError, UnicodeError) as error:
            raise trouble.from_connecting(error, address.url) from None

    async def _check_certificate(self, address: Address) -> None:
        try:
            trust = await tls.context(self._profile, seconds=self._limits.connect)
            async with asyncio.timeout(self._limits.connect):
                await self._knock(address, trust)
        except TimeoutError:
            seconds = self._limits.connect
            raise trouble.too_slow(address.url, seconds) from None
        except ssl.SSLCertVerificationError as error:
            raise await self._untrusted(address, error) from None
        except Untrusted as error:
            self.fingerprint = error.fingerprint
            raise
        except (Garbled, OSError):
            await self._suggest_plain(address)
            raise trouble.no_tls(address.url) from None

    async def _untrusted(
        self, address: Address, error: ssl.SSLCertVerificationError
    ) -> Untrusted:
        shown = await tls.fetch_certificate(address, seconds=self._limits.connect)
        found = fingerprint(shown)
        if error.verify_code not in _NO_PIN:
            self.fingerprint = found
        return trouble.untrusted(error, address.url, found)

    async def _greet(self, address: Address) -> ServerInfo:
        """At the given prefix, else at the root of the same server."""
        try:
            return await self._stats(address)
        except Redirected as error:
            self.suggestion = _suggested(error.location)
            raise
        except (Unreachable, TimedOut, Rejected):
            if await self._speaks_first(address):
                raise trouble.not_comfy(address.url) from None
            await self._suggest_secure(address)
            raise
        except (NotComfy, Unsupported, Garbled) as error:
            if not address.prefix:
                raise _as_other(error, address) from None
            failed = error
        return await self._greet_root(address, failed)

    async def _greet_root(self, address: Address, failed: DoctorError) -> ServerInfo:
        root = address._replace(prefix="")
        self.steps.append(
            Step(f"Below {address.prefix} there is no ComfyUI.", ok=False)
        )
        try:
            info = await self._stats(root)
        except DoctorError:
            raise failed from None
        self.suggestion = root.url
        self._done(f"At {root.url} there is one; use that address.")
        return info

    async def _stats(self, address: Address) -> ServerInfo:
        profile = replace(self._profile, url=address.url)
        client = Client(Http(profile, secret=self._secret, limits=self._limits))
        try:
            return await client.system_stats()
        finally:
            await client.aclose()

    async def _speaks_first(self, address: Address) -> bool:
        """Mail, SSH and database servers greet by themselves, HTTP ones never do."""
        if self._profile.proxy:
            return False
        try:
            async with asyncio.timeout(_GREETING):
                reader, writer = await asyncio.open_connection(
                    address.host, address.port
                )
                try:
                    return bool(await reader.read(1))
                finally:
                    writer.transport.abort()
        except OSError:
            return False

    async def _suggest_secure(self, address: Address) -> None:
        """A port that hangs up on plain HTTP, or refuses it, may speak TLS."""
        if address.secure or self._profile.proxy:
            return
        try:
            await tls.fetch_certificate(address, seconds=self._limits.connect)
        except DoctorError:
            return
        self.suggestion = address._replace(scheme="https").url
        self._done("The port speaks an encrypted protocol.")

    async def _suggest_plain(self, address: Address) -> None:
        plain = address._replace(scheme="http")
        try:
            await self._stats(plain)
        except DoctorError:
            return
        self.suggestion = plain.url

    def _done(self, text: str) -> None:
        self.steps.append(Step(text, ok=True))


def _as_other(error: DoctorError, address: Address) -> DoctorError:
    """At the root, whatever is no ComfyUI is simply something else."""
    if isinstance(error, NotComfy):
        return error
    return trouble.not_comfy(address.url)


def _suggested(location: str) -> str:
    """Where a redirect points to, as an address; empty when it is none."""
    try:
        return parse_address(location).url if "://" in location else ""
    except DoctorError:
        return ""
