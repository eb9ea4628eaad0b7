"""Certificates: an own authority, or one certificate the person chose to trust."""

import asyncio
import ssl

from comfydoctor.comfy import trouble
from comfydoctor.comfy.address import Address, parse_address
from comfydoctor.comfy.pin import fingerprint, normal_fingerprint
from comfydoctor.errors import SettingsError
from comfydoctor.model.server import ServerProfile

HANDSHAKE = 5.0
"""Seconds for a handshake that only looks at the certificate."""


async def context(
    profile: ServerProfile, *, seconds: float = HANDSHAKE
) -> ssl.SSLContext | None:
    """What to trust when connecting to ``profile``; None for plain http.

    With a pin the certificate is fetched first (nothing is sent) and compared; the
    context then trusts that one certificate alone, so that a swap between the two
    connections fails in the handshake. Raises Untrusted, Unreachable, TimedOut and
    SettingsError.
    """
    address = parse_address(profile.url)
    if not address.secure:
        return None
    if not profile.pinned_sha256:
        return await asyncio.to_thread(authority_context, profile.ca_file)
    certificate = await fetch_certificate(address, seconds=seconds)
    if fingerprint(certificate) != normal_fingerprint(profile.pinned_sha256):
        raise trouble.changed_certificate(profile.url, fingerprint(certificate))
    return pinned_context(certificate)


def authority_context(ca_file: str = "") -> ssl.SSLContext:
    """The system's authorities and the studio's own. SettingsError for a bad file."""
    trusting = ssl.create_default_context()
    trusting.minimum_version = ssl.TLSVersion.TLSv1_2
    if ca_file:
        # Home-made authorities seldom carry every extension the strict mode of
        # Python 3.13 asks for; the signature is still checked in full.
        trusting.verify_flags &= ~ssl.VERIFY_X509_STRICT
        try:
            trusting.load_verify_locations(cafile=ca_file)
        except (OSError, ValueError):
            raise SettingsError(
                f"The certificate file {ca_file} cannot be used.",
                advice="Choose a PEM file of your own certificate authority.",
            ) from None
    return trusting


def pinned_context(certificate: bytes) -> ssl.SSLContext:
    """Trust this one certificate (DER) whatever its name; nothing else."""
    trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trusting.minimum_version = ssl.TLSVersion.TLSv1_2
    trusting.check_hostname = False
    trusting.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    trusting.load_verify_locations(cadata=certificate)
    return trusting


async def fetch_certificate(address: Address, *, seconds: float = HANDSHAKE) -> bytes:
    """The certificate (DER) a server shows. The handshake is all that is sent."""
    looking = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    looking.check_hostname = False
    looking.verify_mode = ssl.CERT_NONE  # only to look; no request follows
    try:
        async with asyncio.timeout(seconds):
            _, writer = await asyncio.open_connection(
                address.host, address.port, ssl=looking, server_hostname=address.host
            )
            shown = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
            writer.transport.abort()
    except TimeoutError:
        raise trouble.too_slow(address.url, seconds) from None
    except (OSError, ValueError) as error:
        raise trouble.from_connecting(error, address.url) from None
    if not shown:
        raise trouble.no_tls(address.url)
    return bytes(shown)
